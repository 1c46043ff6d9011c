#include <gtest/gtest.h>

#include <string>

#include "labctl/evaluate/spf.h"
#include "tests/fakes/map_resolver.h"

namespace labctl::evaluate {
namespace {

// What the records under test speak of; the record itself is put at d.example.
constexpr std::string_view kWorld = R"(
  d.example A 192.0.2.1
  d.example AAAA 2001:db8::1
  d.example MX 10 mail.d.example
  mail.d.example A 192.0.2.25
  mail.d.example AAAA 2001:db8::25
  host.example A 192.0.2.10
  host.example A 192.0.2.11
  host.example AAAA 2001:db8::10
  only4.example A 192.0.2.40
  only6.example AAAA 2001:db8::60
  alias.example CNAME host.example
  mx.example MX 20 second.example
  mx.example MX 10 first.example
  first.example A 198.51.100.1
  second.example A 198.51.100.2
  nullmx.example MX 0 .
  deadmx.example MX 10 nowhere.example
  slowmx.example MX 10 slow.example
  quiet.example TXT nothing for SPF
  slow.example A !SERVFAIL
  slow.example AAAA !SERVFAIL
  slow.example MX !SERVFAIL
  slow.example TXT !SERVFAIL
  late.example TXT !TIMEOUT
  pass.example TXT v=spf1 +all
  fail.example TXT v=spf1 -all
  soft.example TXT v=spf1 ~all
  neutral.example TXT v=spf1 ?all
  open.example TXT v=spf1 ip4:203.0.113.9
  broken.example TXT v=spf1 foo
  twice.example TXT v=spf1 -all
  twice.example TXT v=spf1 +all
  deep.example TXT v=spf1 include:pass.example -all
  deepfail.example TXT v=spf1 include:fail.example ?all
  goes.example TXT v=spf1 redirect=fail.example
  here.example TXT v=spf1 a:%{d} -all
  here.example A 192.0.2.77
  9.2.0.192.in-addr.arpa PTR nine.d.example
  nine.d.example A 192.0.2.9
  8.2.0.192.in-addr.arpa PTR liar.d.example
  liar.d.example A 203.0.113.8
  7.2.0.192.in-addr.arpa PTR !SERVFAIL
  6.2.0.192.in-addr.arpa PTR slow.example
  6.2.0.192.in-addr.arpa PTR six.d.example
  six.d.example A 192.0.2.6
  5.2.0.192.in-addr.arpa PTR five.xd.example
  five.xd.example A 192.0.2.5
  4.2.0.192.in-addr.arpa PTR d.example
  9.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR v6.d.example
  v6.d.example AAAA 2001:db8::9
  192.0.2.9.list.example A 127.0.0.2
  user.users.example A 127.0.0.2
  example.d.reversed.example A 127.0.0.2
  nine.d.example.names.example A 127.0.0.2
  unknown.names.example A 127.0.0.2
)";

struct ResultCase {
  const char* section;  ///< of RFC 7208
  const char* record;   ///< at d.example; several TXT records are parted by line ends
  const char* client;
  const char* result;
};

constexpr ResultCase kSpfResultCases[] = {
    // 2.6, 4.7 and 8: each result
    {"4.5", "no SPF here", "192.0.2.1", "none"},
    {"4.7", "v=spf1", "192.0.2.1", "neutral"},
    {"4.7", "v=spf1 ip4:203.0.113.1", "192.0.2.1", "neutral"},
    {"4.6.2", "v=spf1 ?all", "192.0.2.1", "neutral"},
    {"4.6.2", "v=spf1 all", "192.0.2.1", "pass"},
    {"4.6.2", "v=spf1 +all", "192.0.2.1", "pass"},
    {"4.6.2", "v=spf1 -all", "192.0.2.1", "fail"},
    {"4.6.2", "v=spf1 ~all", "192.0.2.1", "softfail"},
    {"4.6.2", "v=spf1 -a ?all", "192.0.2.1", "fail"},
    {"4.6.2", "v=spf1 ~a -all", "192.0.2.1", "softfail"},
    {"4.6.2", "v=spf1 ?a -all", "192.0.2.1", "neutral"},
    {"4.6.2", "v=spf1 ?a -all", "192.0.2.2", "fail"},
    // 3.3 and 4.5: which record
    {"4.5", "v=spf10 -all", "192.0.2.1", "none"},
    {"4.5", "v=spf1-all", "192.0.2.1", "none"},
    {"4.5", " v=spf1 -all", "192.0.2.1", "none"},
    {"4.5", "v=spf2.0/pra -all", "192.0.2.1", "none"},
    {"4.5", "V=SPF1 -ALL", "192.0.2.1", "fail"},
    {"4.5", "v=spf1 -all\nanother text", "192.0.2.1", "fail"},
    {"4.5", "v=spf1 -all\nv=spf1 +all", "192.0.2.1", "permerror"},
    {"4.5", "v=spf1 -all\nv=spf10 +all", "192.0.2.1", "fail"},
    {"4.5", "v=spf1\nv=spf1 -all", "192.0.2.1", "permerror"},
    {"3.3", "v=spf1 ip4:192.0 | .2.1 -all", "192.0.2.1", "pass"},
    {"3.3", "v=spf1 | -all", "192.0.2.1", "none"},
    {"3.3", "v=spf1  | -all", "192.0.2.1", "fail"},
    {"3.3", "v=s | pf1 a -all", "192.0.2.1", "pass"},
    {"4.6.1", "v=spf1   a    -all  ", "192.0.2.1", "pass"},
    {"4.6.1", "v=spf1 A -aLL", "192.0.2.1", "pass"},
    // 4.6: errors anywhere are errors
    {"4.6", "v=spf1 a foo", "192.0.2.1", "permerror"},
    {"4.6", "v=spf1 +all -", "192.0.2.1", "permerror"},
    {"4.6", "v=spf1 a foo:bar.example", "192.0.2.1", "permerror"},
    {"4.6", "v=spf1 all ip4:1.2.3", "192.0.2.1", "permerror"},
    {"4.6.1", "v=spf1 --all", "192.0.2.1", "permerror"},
    {"4.6.1", "v=spf1 a, -all", "192.0.2.1", "permerror"},
    {"4.6.1", "v=spf1 a;-all", "192.0.2.1", "permerror"},
    {"4.6.1", "v=spf1 =x", "192.0.2.1", "permerror"},
    {"4.6.1", "v=spf1 1x=y", "192.0.2.1", "permerror"},
    {"4.6.1", "v=spf1 -x=y", "192.0.2.1", "permerror"},
    {"4.6.1", "v=spf1 :d.example", "192.0.2.1", "permerror"},
    // 4.8: domains that can't be asked for
    {"4.8", "v=spf1 a:a..example -all", "192.0.2.1", "fail"},
    {"4.8", "v=spf1 a:host.example. -all", "192.0.2.10", "pass"},
    {"4.8",
     "v=spf1 exists:"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example -all",
     "192.0.2.1", "fail"},
    {"4.8", "v=spf1 include:a..example -all", "192.0.2.1", "permerror"},
    {"4.8", "v=spf1 a:example", "192.0.2.1", "permerror"},
    {"4.8", "v=spf1 a:host.123", "192.0.2.1", "permerror"},
    {"4.8", "v=spf1 a:host.-x", "192.0.2.1", "permerror"},
    {"4.8", "v=spf1 a:host.x-", "192.0.2.1", "permerror"},
    {"4.8", "v=spf1 a:host.xn--1 -all", "192.0.2.1", "fail"},
    {"4.8", "v=spf1 a:ho_st.example -all", "192.0.2.1", "fail"},
    {"4.8", "v=spf1 a:HOST.Example -all", "192.0.2.10", "pass"},
    // 5.1
    {"5.1", "v=spf1 -all a", "192.0.2.1", "fail"},
    {"5.1", "v=spf1 -all redirect=pass.example", "192.0.2.1", "fail"},
    {"5.1", "v=spf1 -all:d.example", "192.0.2.1", "permerror"},
    {"5.1", "v=spf1 -all/8", "192.0.2.1", "permerror"},
    {"5.1", "v=spf1 -all.", "192.0.2.1", "permerror"},
    // 5.2
    {"5.2", "v=spf1 include:pass.example -all", "192.0.2.1", "pass"},
    {"5.2", "v=spf1 -include:pass.example +all", "192.0.2.1", "fail"},
    {"5.2", "v=spf1 ~include:pass.example +all", "192.0.2.1", "softfail"},
    {"5.2", "v=spf1 include:fail.example ?all", "192.0.2.1", "neutral"},
    {"5.2", "v=spf1 include:soft.example -all", "192.0.2.1", "fail"},
    {"5.2", "v=spf1 include:neutral.example -all", "192.0.2.1", "fail"},
    {"5.2", "v=spf1 include:open.example -all", "192.0.2.1", "fail"},
    {"5.2", "v=spf1 include:open.example -all", "203.0.113.9", "pass"},
    {"5.2", "v=spf1 include:quiet.example +all", "192.0.2.1", "permerror"},
    {"5.2", "v=spf1 include:missing.example +all", "192.0.2.1", "permerror"},
    {"5.2", "v=spf1 include:broken.example +all", "192.0.2.1", "permerror"},
    {"5.2", "v=spf1 include:twice.example +all", "192.0.2.1", "permerror"},
    {"5.2", "v=spf1 include:slow.example +all", "192.0.2.1", "temperror"},
    {"5.2", "v=spf1 include:late.example +all", "192.0.2.1", "temperror"},
    {"5.2", "v=spf1 a include:missing.example", "192.0.2.1", "pass"},
    {"5.2", "v=spf1 include:deep.example -all", "192.0.2.1", "pass"},
    {"5.2", "v=spf1 include:deepfail.example -all", "192.0.2.1", "fail"},
    {"5.2", "v=spf1 include:goes.example ~all", "192.0.2.1", "softfail"},
    {"5.2", "v=spf1 include:here.example -all", "192.0.2.77", "pass"},
    {"5.2", "v=spf1 include:here.example -all", "192.0.2.1", "fail"},
    {"5.2", "v=spf1 include", "192.0.2.1", "permerror"},
    {"5.2", "v=spf1 include:", "192.0.2.1", "permerror"},
    {"5.2", "v=spf1 include:pass.example/24", "192.0.2.1", "permerror"},
    {"5.2", "v=spf1 include=pass.example -all", "192.0.2.1", "fail"},
    {"5.2", "v=spf1 include:d.example -all", "192.0.2.1", "permerror"},
    // 5.3
    {"5.3", "v=spf1 a -all", "192.0.2.1", "pass"},
    {"5.3", "v=spf1 a -all", "192.0.2.2", "fail"},
    {"5.3", "v=spf1 a -all", "2001:db8::1", "pass"},
    {"5.3", "v=spf1 a -all", "2001:db8::2", "fail"},
    {"5.3", "v=spf1 a:host.example -all", "192.0.2.10", "pass"},
    {"5.3", "v=spf1 a:host.example -all", "192.0.2.11", "pass"},
    {"5.3", "v=spf1 a:host.example -all", "192.0.2.12", "fail"},
    {"5.3", "v=spf1 a:host.example/24 -all", "192.0.2.200", "pass"},
    {"5.3", "v=spf1 a:host.example/24 -all", "192.0.3.1", "fail"},
    {"5.3", "v=spf1 a/31 -all", "192.0.2.0", "pass"},
    {"5.3", "v=spf1 a/31 -all", "192.0.2.2", "fail"},
    {"5.3", "v=spf1 a/0 -all", "203.0.113.1", "pass"},
    {"5.3", "v=spf1 a/0 -all", "2001:db8::2", "fail"},
    {"5.3", "v=spf1 a//64 -all", "2001:db8::ffff", "pass"},
    {"5.3", "v=spf1 a//64 -all", "192.0.2.2", "fail"},
    {"5.3", "v=spf1 a/24//64 -all", "2001:db8::ffff", "pass"},
    {"5.3", "v=spf1 a/24//64 -all", "192.0.2.2", "pass"},
    {"5.3", "v=spf1 a:only6.example -all", "192.0.2.1", "fail"},
    {"5.3", "v=spf1 a:only4.example -all", "2001:db8::60", "fail"},
    {"5.3", "v=spf1 a:only6.example -all", "2001:db8::60", "pass"},
    {"5.3", "v=spf1 a:alias.example -all", "192.0.2.10", "pass"},
    {"5.3", "v=spf1 a:missing.example -all", "192.0.2.1", "fail"},
    {"5.3", "v=spf1 a:slow.example +all", "192.0.2.1", "temperror"},
    {"5.3", "v=spf1 a a:slow.example", "192.0.2.1", "pass"},
    {"5.3", "v=spf1 a/33", "192.0.2.1", "permerror"},
    {"5.3", "v=spf1 a//129", "192.0.2.1", "permerror"},
    {"5.3", "v=spf1 a/024", "192.0.2.1", "permerror"},
    {"5.3", "v=spf1 a/", "192.0.2.1", "permerror"},
    {"5.3", "v=spf1 a/24/", "192.0.2.1", "permerror"},
    {"5.3", "v=spf1 a//24//24", "192.0.2.1", "permerror"},
    {"5.3", "v=spf1 a/24/24", "192.0.2.1", "permerror"},
    {"5.3", "v=spf1 a:", "192.0.2.1", "permerror"},
    {"5.3", "v=spf1 a:/24", "192.0.2.1", "permerror"},
    {"5.3", "v=spf1 a:host.example/x", "192.0.2.1", "permerror"},
    {"5.3", "v=spf1 a/-1", "192.0.2.1", "permerror"},
    {"5.3", "v=spf1 a/1.5", "192.0.2.1", "permerror"},
    // 5.4
    {"5.4", "v=spf1 mx -all", "192.0.2.25", "pass"},
    {"5.4", "v=spf1 mx -all", "192.0.2.1", "fail"},
    {"5.4", "v=spf1 mx -all", "2001:db8::25", "pass"},
    {"5.4", "v=spf1 mx:mx.example -all", "198.51.100.1", "pass"},
    {"5.4", "v=spf1 mx:mx.example -all", "198.51.100.2", "pass"},
    {"5.4", "v=spf1 mx:mx.example -all", "198.51.100.3", "fail"},
    {"5.4", "v=spf1 mx:mx.example/30 -all", "198.51.100.3", "pass"},
    {"5.4", "v=spf1 mx/24 -all", "192.0.2.99", "pass"},
    {"5.4", "v=spf1 mx//64 -all", "2001:db8::99", "pass"},
    {"5.4", "v=spf1 mx:host.example -all", "192.0.2.10", "fail"},
    {"5.4", "v=spf1 mx:nullmx.example -all", "192.0.2.10", "fail"},
    {"5.4", "v=spf1 mx:deadmx.example -all", "192.0.2.10", "fail"},
    {"5.4", "v=spf1 mx:slow.example +all", "192.0.2.1", "temperror"},
    {"5.4", "v=spf1 mx:slowmx.example +all", "192.0.2.1", "temperror"},
    {"5.4", "v=spf1 mx:missing.example -all", "192.0.2.1", "fail"},
    {"5.4", "v=spf1 mx/33 -all", "192.0.2.1", "permerror"},
    {"5.4", "v=spf1 mx: -all", "192.0.2.1", "permerror"},
    {"5.4", "v=spf1 mx=d.example -all", "192.0.2.1", "fail"},
    // 5.5
    {"5.5", "v=spf1 ptr -all", "192.0.2.9", "pass"},
    {"5.5", "v=spf1 ptr -all", "192.0.2.8", "fail"},
    {"5.5", "v=spf1 ptr -all", "192.0.2.7", "fail"},
    {"5.5", "v=spf1 ptr -all", "192.0.2.6", "pass"},
    {"5.5", "v=spf1 ptr -all", "192.0.2.5", "fail"},
    {"5.5", "v=spf1 ptr -all", "192.0.2.3", "fail"},
    {"5.5", "v=spf1 ptr:d.example -all", "192.0.2.9", "pass"},
    {"5.5", "v=spf1 ptr:nine.d.example -all", "192.0.2.9", "pass"},
    {"5.5", "v=spf1 ptr:ten.d.example -all", "192.0.2.9", "fail"},
    {"5.5", "v=spf1 ptr:xd.example -all", "192.0.2.5", "pass"},
    {"5.5", "v=spf1 ptr -all", "2001:db8::9", "pass"},
    {"5.5", "v=spf1 ptr/24 -all", "192.0.2.9", "permerror"},
    {"5.5", "v=spf1 ptr: -all", "192.0.2.9", "permerror"},
    {"5.5", "v=spf1 ptr:d.example/24 -all", "192.0.2.9", "permerror"},
    // 5.6
    {"5.6", "v=spf1 ip4:192.0.2.1 -all", "192.0.2.1", "pass"},
    {"5.6", "v=spf1 ip4:192.0.2.1 -all", "192.0.2.2", "fail"},
    {"5.6", "v=spf1 ip4:192.0.2.0/24 -all", "192.0.2.255", "pass"},
    {"5.6", "v=spf1 ip4:192.0.2.0/24 -all", "192.0.3.0", "fail"},
    {"5.6", "v=spf1 ip4:192.0.2.77/25 -all", "192.0.2.1", "pass"},
    {"5.6", "v=spf1 ip4:192.0.2.77/25 -all", "192.0.2.128", "fail"},
    {"5.6", "v=spf1 ip4:0.0.0.0/0 -all", "203.0.113.7", "pass"},
    {"5.6", "v=spf1 ip4:0.0.0.0/0 -all", "2001:db8::1", "fail"},
    {"5.6", "v=spf1 ip4:192.0.2.1/32 -all", "192.0.2.1", "pass"},
    {"5.6", "v=spf1 ip4:192.0.2.0/30 -all", "192.0.2.3", "pass"},
    {"5.6", "v=spf1 ip4:192.0.2.1 -all", "::ffff:192.0.2.1", "pass"},
    {"5.6", "v=spf1 ip6:::ffff:192.0.2.1 -all", "::ffff:192.0.2.1", "fail"},
    {"5.6", "v=spf1 ip4 -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip4: -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip4:192.0.2 -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip4:192.0.2.1.1 -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip4:192.0.2.256 -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip4:192.0.2.1/33 -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip4:192.0.2.1/08 -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip4:192.0.2.1/ -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip4:192.0.2.1//32 -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip4:host.example -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip4:2001:db8::1 -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip4=192.0.2.1 -all", "192.0.2.1", "fail"},
    {"5.6", "v=spf1 ipv4:192.0.2.1 -all", "192.0.2.1", "permerror"},
    {"5.6", "v=spf1 ip6:2001:db8::1 -all", "2001:db8::1", "pass"},
    {"5.6", "v=spf1 ip6:2001:DB8::1 -all", "2001:db8::1", "pass"},
    {"5.6", "v=spf1 ip6:2001:db8::/32 -all", "2001:db8:ffff::1", "pass"},
    {"5.6", "v=spf1 ip6:2001:db8::/32 -all", "2001:db9::1", "fail"},
    {"5.6", "v=spf1 ip6:2001:db8::1/127 -all", "2001:db8::", "pass"},
    {"5.6", "v=spf1 ip6:::/0 -all", "2001:db8::1", "pass"},
    {"5.6", "v=spf1 ip6:::/0 -all", "192.0.2.1", "fail"},
    {"5.6", "v=spf1 ip6:2001:db8::1/129 -all", "2001:db8::1", "permerror"},
    {"5.6", "v=spf1 ip6:2001:db8:::1 -all", "2001:db8::1", "permerror"},
    {"5.6", "v=spf1 ip6:192.0.2.1 -all", "2001:db8::1", "permerror"},
    {"5.6", "v=spf1 ip6 -all", "2001:db8::1", "permerror"},
    // 5.7
    {"5.7", "v=spf1 exists:host.example -all", "203.0.113.1", "pass"},
    {"5.7", "v=spf1 exists:host.example -all", "2001:db8::99", "pass"},
    {"5.7", "v=spf1 exists:only6.example -all", "2001:db8::60", "fail"},
    {"5.7", "v=spf1 exists:missing.example -all", "192.0.2.1", "fail"},
    {"5.7", "v=spf1 exists:%{i}.list.example -all", "192.0.2.9", "pass"},
    {"5.7", "v=spf1 exists:%{i}.list.example -all", "192.0.2.8", "fail"},
    {"5.7", "v=spf1 exists:%{l}.users.example -all", "192.0.2.8", "pass"},
    {"5.7", "v=spf1 exists:%{dr}.reversed.example -all", "192.0.2.8", "pass"},
    {"5.7", "v=spf1 exists:%{p}.names.example -all", "192.0.2.9", "pass"},
    {"5.7", "v=spf1 exists:%{p}.names.example -all", "192.0.2.3", "pass"},
    {"5.7", "v=spf1 exists:slow.example +all", "192.0.2.1", "temperror"},
    {"5.7", "v=spf1 exists +all", "192.0.2.1", "permerror"},
    {"5.7", "v=spf1 exists: +all", "192.0.2.1", "permerror"},
    {"5.7", "v=spf1 exists:host.example/24 +all", "192.0.2.1", "permerror"},
    // 6
    {"6", "v=spf1 redirect=pass.example redirect=pass.example", "192.0.2.1", "permerror"},
    {"6", "v=spf1 exp=d.example exp=d.example -all", "192.0.2.1", "permerror"},
    {"6", "v=spf1 unknown=%{d}/x more-1_2.3=any -all", "192.0.2.1", "fail"},
    {"6", "v=spf1 unknown= -all", "192.0.2.1", "fail"},
    {"6", "v=spf1 unknown=%x -all", "192.0.2.1", "permerror"},
    {"6", "v=spf1 unknown=a unknown=b -all", "192.0.2.1", "fail"},
    {"6.1", "v=spf1 redirect=pass.example", "192.0.2.1", "pass"},
    {"6.1", "v=spf1 redirect=fail.example", "192.0.2.1", "fail"},
    {"6.1", "v=spf1 redirect=soft.example", "192.0.2.1", "softfail"},
    {"6.1", "v=spf1 redirect=neutral.example", "192.0.2.1", "neutral"},
    {"6.1", "v=spf1 a redirect=fail.example", "192.0.2.1", "pass"},
    {"6.1", "v=spf1 redirect=fail.example a", "192.0.2.1", "pass"},
    {"6.1", "v=spf1 redirect=fail.example ?all", "192.0.2.1", "neutral"},
    {"6.1", "v=spf1 redirect=quiet.example", "192.0.2.1", "permerror"},
    {"6.1", "v=spf1 redirect=missing.example", "192.0.2.1", "permerror"},
    {"6.1", "v=spf1 redirect=slow.example", "192.0.2.1", "temperror"},
    {"6.1", "v=spf1 redirect=broken.example", "192.0.2.1", "permerror"},
    {"6.1", "v=spf1 redirect=here.example", "192.0.2.77", "pass"},
    {"6.1", "v=spf1 redirect=goes.example", "192.0.2.1", "fail"},
    {"6.1", "v=spf1 REDIRECT=pass.example", "192.0.2.1", "pass"},
    {"6.1", "v=spf1 redirect=", "192.0.2.1", "permerror"},
    {"6.1", "v=spf1 redirect:pass.example", "192.0.2.1", "permerror"},
    {"6.1", "v=spf1 -redirect=pass.example", "192.0.2.1", "permerror"},
    {"6.1", "v=spf1 redirect=d.example", "192.0.2.1", "permerror"},
    {"6.2", "v=spf1 -all exp=missing.example", "192.0.2.1", "fail"},
    {"6.2", "v=spf1 -all exp=slow.example", "192.0.2.1", "fail"},
    {"6.2", "v=spf1 -all exp=", "192.0.2.1", "permerror"},
    // 7.1
    {"7.1", "v=spf1 exists:%{x}.example -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 exists:%(d).example -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 exists:%{d.example -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 exists:%{d0}.example -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 exists:%{drr}.example -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 exists:%{dr2}.example -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 exists:%{} -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 exists:% -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 exists:%{c}.example -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 exists:%{r}.example -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 exists:%{t}.example -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 exists:a%%b.example -all", "192.0.2.1", "fail"},
    {"7.1", "v=spf1 exists:%{d}. -all", "192.0.2.1", "permerror"},
    {"7.1", "v=spf1 a:%{d} -all", "192.0.2.1", "pass"},
    {"7.1", "v=spf1 a:%{D} -all", "192.0.2.1", "pass"},
};

TEST(SpfResult, EachRuleOfTheRfc) {
  for (const auto& test : kSpfResultCases) {
    fakes::MapResolver dns(kWorld);
    for (const auto& text : lines_of(test.record)) dns.add("d.example TXT " + text);
    const auto outcome = check_mail_from(
        dns, {.address = *parse_ip(test.client), .helo = "client.example", .mail_from = "user@d.example"});
    EXPECT_EQ(name_of(outcome.result), test.result)
        << "section " << test.section << ": " << test.record << " for " << test.client << ": " << outcome.reason;
    EXPECT_FALSE(outcome.steps.empty());
  }
}

}  // namespace
}  // namespace labctl::evaluate
