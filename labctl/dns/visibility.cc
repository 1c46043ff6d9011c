#include "labctl/dns/visibility.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "labctl/base/text.h"

namespace labctl::dns {
namespace {

constexpr std::array<std::string_view, 5> kVisibilityNames{"visible", "not-cached", "old-records", "old-absence",
                                                           "unknown"};

/// True when the records lead from the name that was asked for. A resolver that has just started and looks for its root
/// servers answers a question without recursion with what it found of those.
bool leads_from_name(const Answer& answer) {
  return std::ranges::any_of(answer.records,
                             [&](const Record& record) { return equal_ignoring_case(record.owner, answer.name); });
}

/// The data of the records of the type asked for, whatever their remaining TTL.
std::vector<std::string> data_of(const Answer& answer) {
  std::vector<std::string> data;
  for (const auto& record : answer.records) data.push_back(record.owner + " " + record.type + " " + record.rdata);
  std::ranges::sort(data);
  return data;
}

bool is_answer(const Answer& answer) { return answer.rcode == "NOERROR" || answer.rcode == "NXDOMAIN"; }

std::uint32_t shortest_ttl(const Answer& answer) {
  const auto least = std::ranges::min_element(answer.records, {}, &Record::ttl);
  return least == answer.records.end() ? 0 : least->ttl;
}

}  // namespace

std::string_view name_of(VisibilityState state) { return kVisibilityNames[static_cast<std::size_t>(state)]; }

bool is_from_cache(const Answer& cached) {
  // Without recursion a resolver that has nothing gives a referral: no record, and no SOA that says so (RFC 2308
  // section 2.2).
  return leads_from_name(cached) || cached.rcode == "NXDOMAIN" || cached.has_soa;
}

Visibility visibility_of(const Answer& authority, const Answer& cached) {
  if (!is_answer(authority))
    return {.state = VisibilityState::unknown,
            .seconds = std::nullopt,
            .why = {.ja = fmt::format("権威サーバーの答えは {} です。", authority.rcode),
                    .en = fmt::format("the authority answers {}", authority.rcode)}};
  if (!is_answer(cached))
    return {.state = VisibilityState::unknown,
            .seconds = std::nullopt,
            .why = {.ja = fmt::format("リゾルバーの答えは {} です。", cached.rcode),
                    .en = fmt::format("the resolver answers {}", cached.rcode)}};
  if (!is_from_cache(cached))
    return {
        .state = VisibilityState::not_cached,
        .seconds = 0,
        .why = {.ja = "リゾルバーのキャッシュにありません。次の問い合わせで権威サーバーの今の答えになります。",
                .en = "the resolver has nothing of it in its cache: the next question brings the authority's answer"}};
  if (data_of(authority) == data_of(cached))
    return {
        .state = VisibilityState::visible,
        .seconds = 0,
        .why = {.ja = "リゾルバーも権威サーバーと同じ答えです。", .en = "the resolver says what the authority says"}};
  if (cached.records.empty())
    return {
        .state = VisibilityState::old_absence,
        .seconds = cached.negative_ttl,
        .why = {
            .ja = fmt::format(
                "あと {} 秒で見えます。「無い」という答えも、SOA の最後の値(負の TTL)の間キャッシュされるためです。",
                cached.negative_ttl),
            .en = fmt::format("your change is visible in {} s, because the resolver remembers that there was "
                              "nothing: such an answer is kept for the SOA's last number, the negative TTL",
                              cached.negative_ttl)}};
  const auto left = shortest_ttl(cached);
  return {
      .state = VisibilityState::old_records,
      .seconds = left,
      .why = {.ja = fmt::format(
                  "あと {} 秒で見えます。リゾルバーが前のレコードを、その TTL が終わるまで覚えているためです。", left),
              .en = fmt::format("your change is visible in {} s, because the resolver keeps the old record until its "
                                "TTL ends",
                                left)}};
}

}  // namespace labctl::dns
