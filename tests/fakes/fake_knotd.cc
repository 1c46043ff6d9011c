#include "tests/fakes/fake_knotd.h"

extern "C" {
#include <libknot/control/control.h>
#include <libknot/errcode.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "labctl/base/text.h"

namespace labctl::fakes {
namespace {

using dns::Record;
using Fields = std::array<std::string, KNOT_CTL_IDX__COUNT>;

struct Zone {
  std::vector<Record> records;
  std::optional<std::vector<Record>> draft;
  std::string freeze = "-";
};

auto soa_of(std::vector<Record>& records) { return std::ranges::find(records, "SOA", &Record::type); }

std::string serial_of(Zone& zone) {
  const auto soa = soa_of(zone.records);
  return soa == zone.records.end() ? "-" : split(soa->rdata, ' ').at(2);
}

}  // namespace

struct FakeKnotd::Inside {
  knot_ctl_t* ctl = knot_ctl_alloc();
  std::string path;
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  std::map<std::string, Zone> zones;
  std::vector<std::string> commands;
  int connections = 0;
  std::map<std::string, std::string> refusals;
  std::string stalled;
  std::string broken;
  int drip_records = 0;
  int drip_pause_ms = 0;
  std::jthread thread;

  void send(knot_ctl_type_t type, const std::vector<std::pair<knot_ctl_idx_t, std::string>>& fields) const {
    knot_ctl_data_t data{};
    for (const auto& [index, value] : fields) data[index] = value.c_str();
    knot_ctl_send(ctl, type, &data);
  }

  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (knot_ctl_accept(ctl) != KNOT_EOK) continue;
      {
        const std::scoped_lock lock(mutex);
        ++connections;
      }
      converse(stop);
      knot_ctl_close(ctl);
    }
  }

  void converse(const std::stop_token& stop) {
    Fields fields;
    while (!stop.stop_requested()) {
      knot_ctl_type_t type{};
      knot_ctl_data_t data{};
      if (knot_ctl_receive(ctl, &type, &data) != KNOT_EOK || type == KNOT_CTL_TYPE_END) return;
      if (type == KNOT_CTL_TYPE_DATA)
        for (std::size_t i = 0; i < fields.size(); ++i) fields[i] = data[i] != nullptr ? data[i] : "";
      if (type != KNOT_CTL_TYPE_BLOCK) continue;
      if (!answer(fields, stop)) return;
    }
  }

  bool answer(const Fields& fields, const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    const std::string& command = fields[KNOT_CTL_IDX_CMD];
    std::string zone = fields[KNOT_CTL_IDX_ZONE];
    commands.push_back(command + " " + zone);
    if (command == broken) return false;
    if (command == stalled) {
      changed.wait(lock, stop, [] { return false; });
      return false;
    }
    std::string error;
    if (const auto refusal = refusals.find(command); refusal != refusals.end())
      error = refusal->second;
    else if (const auto found = zones.find(zone); found != zones.end())
      error = perform(command, fields, zone, found->second, lock, stop);
    else
      error = "no such zone found";
    if (!error.empty()) send(KNOT_CTL_TYPE_DATA, {{KNOT_CTL_IDX_ZONE, zone}, {KNOT_CTL_IDX_ERROR, error}});
    knot_ctl_send(ctl, KNOT_CTL_TYPE_BLOCK, nullptr);
    return true;
  }

  /// Does the command; knotd's error text, or nothing.
  std::string perform(const std::string& command, const Fields& fields, const std::string& name, Zone& zone,
                      std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    if (command == "zone-status") return status(name, zone);
    if (command == "zone-read") return read(name, zone, lock, stop);
    if (command == "zone-begin") {
      if (zone.draft) return "too many transactions";
      zone.draft = zone.records;
      return {};
    }
    if (!zone.draft) return "no active transaction";
    if (command == "zone-abort") {
      zone.draft.reset();
      return {};
    }
    if (command == "zone-commit") return commit(zone);
    const auto record = dns::parse_record(fmt::format("{} {} {} {}", fields[KNOT_CTL_IDX_OWNER],
                                                      fields[KNOT_CTL_IDX_TTL].empty() ? "1" : fields[KNOT_CTL_IDX_TTL],
                                                      fields[KNOT_CTL_IDX_TYPE], fields[KNOT_CTL_IDX_DATA]),
                                          name);
    if (!record) return "parser failed";
    if (!record->owner.ends_with(name + ".")) return "name does not belong to the zone";
    return command == "zone-set" ? set(*zone.draft, *record) : unset(*zone.draft, *record);
  }

  std::string status(const std::string& name, Zone& zone) const {
    send(KNOT_CTL_TYPE_DATA,
         {{KNOT_CTL_IDX_ZONE, name + "."}, {KNOT_CTL_IDX_TYPE, "role"}, {KNOT_CTL_IDX_DATA, "master"}});
    const auto more = [&](const char* type, const std::string& value) {
      send(KNOT_CTL_TYPE_EXTRA, {{KNOT_CTL_IDX_TYPE, type}, {KNOT_CTL_IDX_DATA, value}});
    };
    more("serial", serial_of(zone));
    more("transaction", zone.draft ? "open" : "-");
    more("freeze", zone.freeze);
    return {};
  }

  std::string read(const std::string& name, const Zone& zone, std::unique_lock<std::mutex>& lock,
                   const std::stop_token& stop) {
    for (int i = 0; i < drip_records && !stop.stop_requested(); ++i) {
      send(KNOT_CTL_TYPE_DATA, {{KNOT_CTL_IDX_ZONE, name + "."},
                                {KNOT_CTL_IDX_OWNER, name + "."},
                                {KNOT_CTL_IDX_TTL, "20"},
                                {KNOT_CTL_IDX_TYPE, "TXT"},
                                {KNOT_CTL_IDX_DATA, '"' + std::string(65'000 / 4, 'x') + '"'}});
      changed.wait_for(lock, stop, std::chrono::milliseconds(drip_pause_ms), [] { return false; });
    }
    const Record* last = nullptr;
    for (const auto& record : zone.records) {
      if (last != nullptr && last->owner == record.owner && last->type == record.type)
        send(KNOT_CTL_TYPE_EXTRA, {{KNOT_CTL_IDX_DATA, record.rdata}});
      else
        send(KNOT_CTL_TYPE_DATA, {{KNOT_CTL_IDX_ZONE, name + "."},
                                  {KNOT_CTL_IDX_OWNER, record.owner},
                                  {KNOT_CTL_IDX_TTL, std::to_string(record.ttl)},
                                  {KNOT_CTL_IDX_TYPE, record.type},
                                  {KNOT_CTL_IDX_DATA, record.rdata}});
      last = &record;
    }
    return {};
  }

  static std::string set(std::vector<Record>& draft, const Record& record) {
    if (record.type == "SOA")
      if (const auto soa = soa_of(draft); soa != draft.end()) draft.erase(soa);
    for (auto& other : draft) {
      if (other.owner != record.owner || other.type != record.type) continue;
      if (other == record) return "such record already exists in zone";
      other.ttl = record.ttl;  // RFC 2181 section 5.2: a set has one TTL
    }
    if (std::ranges::find(draft, record) == draft.end()) draft.push_back(record);
    return {};
  }

  static std::string unset(std::vector<Record>& draft, const Record& record) {
    const auto same = [&](const Record& other) {
      return other.owner == record.owner && other.type == record.type && other.rdata == record.rdata;
    };
    if (std::ranges::none_of(draft, same)) return "no such record in zone found";
    // The SOA's removal is taken without a word and not done.
    if (record.type != "SOA") std::erase_if(draft, same);
    return {};
  }

  static std::string commit(Zone& zone) {
    auto& draft = *zone.draft;
    for (const auto& record : draft)
      if (record.type == "CNAME" && std::ranges::count(draft, record.owner, &Record::owner) > 1)
        return "semantic check";
    std::ranges::sort(draft);
    std::ranges::sort(zone.records);
    if (draft != zone.records) {
      const auto before = serial_of(zone);
      const auto soa = soa_of(draft);
      auto parts = split(soa->rdata, ' ');
      if (parts.at(2) == before) parts[2] = std::to_string(static_cast<std::uint32_t>(std::stoul(before) + 1));
      soa->rdata = join(parts, " ");
      zone.records = draft;
    }
    zone.draft.reset();
    return {};
  }
};

FakeKnotd::FakeKnotd(std::string socket_path) : inside_(std::make_unique<Inside>()) {
  inside_->path = std::move(socket_path);
  knot_ctl_bind(inside_->ctl, inside_->path.c_str());
  inside_->thread = std::jthread([inside = inside_.get()](const std::stop_token& stop) { inside->serve(stop); });
}

FakeKnotd::~FakeKnotd() {
  inside_->thread.request_stop();
  // accept waits for a second or more: a connection ends it at once.
  knot_ctl_t* waker = knot_ctl_alloc();
  if (knot_ctl_connect(waker, inside_->path.c_str()) == KNOT_EOK) knot_ctl_close(waker);
  knot_ctl_free(waker);
  inside_->thread.join();
  knot_ctl_unbind(inside_->ctl);
  knot_ctl_free(inside_->ctl);
}

void FakeKnotd::add_zone(const std::string& zone, std::vector<dns::Record> records) {
  const std::scoped_lock lock(inside_->mutex);
  std::ranges::sort(records);
  inside_->zones[zone].records = std::move(records);
}

void FakeKnotd::freeze(const std::string& zone, const std::string& word) {
  const std::scoped_lock lock(inside_->mutex);
  inside_->zones[zone].freeze = word;
}

void FakeKnotd::open_transaction(const std::string& zone) {
  const std::scoped_lock lock(inside_->mutex);
  inside_->zones[zone].draft = inside_->zones[zone].records;
}

std::vector<dns::Record> FakeKnotd::records(const std::string& zone) const {
  const std::scoped_lock lock(inside_->mutex);
  return inside_->zones[zone].records;
}

bool FakeKnotd::transaction_open(const std::string& zone) const {
  const std::scoped_lock lock(inside_->mutex);
  return inside_->zones[zone].draft.has_value();
}

std::vector<std::string> FakeKnotd::commands() const {
  const std::scoped_lock lock(inside_->mutex);
  return inside_->commands;
}

int FakeKnotd::connections() const {
  const std::scoped_lock lock(inside_->mutex);
  return inside_->connections;
}

void FakeKnotd::refuse(const std::string& command, std::string error) {
  const std::scoped_lock lock(inside_->mutex);
  inside_->refusals[command] = std::move(error);
}

void FakeKnotd::stall_at(const std::string& command) {
  const std::scoped_lock lock(inside_->mutex);
  inside_->stalled = command;
}

void FakeKnotd::break_at(const std::string& command) {
  const std::scoped_lock lock(inside_->mutex);
  inside_->broken = command;
}

void FakeKnotd::drip(int records, int pause_ms) {
  const std::scoped_lock lock(inside_->mutex);
  inside_->drip_records = records;
  inside_->drip_pause_ms = pause_ms;
}

}  // namespace labctl::fakes
