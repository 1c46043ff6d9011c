#include "labctl/scenario/new_lesson.h"

namespace labctl::scenario {

std::string new_lesson() {
  return R"toml(# A table of lessons: [each] says what every row does, [[row]] what differs.
# labctl scenario check FILE tells what is wrong with it, labctl run FILE plays it,
# labctl scenario sweep FILE breaks each row on purpose and tells whether it was noticed.
title = { ja = "新しい教材", en = "A new table of lessons" }
teaches = ["RFC 7208 section 5.2"]

[each]
from_host = "{rogue}"
mail_from = "user-a@{zone}"
rcpt_to = "user-b@{zone}"

[[row]]
id = "include"
title = { ja = "第三者のSPFをincludeする", en = "The SPF of a third party is included" }
text.ja = "送信を委託した先のレコードを、自分のレコードから参照します。"
text.en = "The record points to that of the service that sends for the domain."
records = ['@ 20 TXT "v=spf1 include:service.{zone} -all"', 'service 20 TXT "v=spf1 ip4:{rogue_address} -all"']
expect = { disposition = "inbox", auth = { spf = "pass" } }
pass = { ja = "委託先のホストから送ったメールがspf=passになりました。", en = "Mail from the service's host has spf=pass." }
fail = { ja = "includeの先のレコードを確認してください。", en = "Look at the record that is included." }
)toml";
}

}  // namespace labctl::scenario
