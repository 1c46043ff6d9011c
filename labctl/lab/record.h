#pragma once

#include <map>
#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/base/json.h"
#include "labctl/lab/lab.h"
#include "labctl/topology/credentials.h"
#include "labctl/topology/topology.h"

namespace labctl::lab {

/// labctl's own record of a lab: written before the first object of it is made, so that `down` never depends on the
/// user's file. Every object's name (namespace, mount, disk, control group, directory) follows from it.
struct Record {
  topology::LabSettings settings;
  topology::Topology topology;
  std::vector<Forward> forwards;
  std::map<std::string, std::vector<std::string>> units;  ///< by host name: what it runs
  bool complete = false;                                  ///< `up` came to its end
};

Json to_json(const topology::Topology& topology);

Result<void> save_record(const Record& record);
/// Errors: `lab` when there is none or it can't be read.
Result<Record> load_record(const std::string& lab);
/// Adds forwarders and lists to the record's settings and topology.
Result<void> include_intermediaries(Record& record, const std::vector<std::string>& names);
bool record_exists(const std::string& lab);

Result<void> save_credentials(const std::string& lab, const topology::Credentials& credentials);
Result<topology::Credentials> load_credentials(const std::string& lab);

}  // namespace labctl::lab
