#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/base/language.h"
#include "labctl/base/placeholders.h"
#include "labctl/lab/ports.h"
#include "labctl/scenario/scenario.h"

namespace labctl::scenario {

/// A step as a participant reads it.
struct HandoutStep {
  std::string id;
  std::string title;
  std::vector<std::string> text;      ///< lines
  std::vector<std::string> commands;  ///< what to type, each behind the prompt of its host
};

/// A scenario of it, its steps in order.
struct HandoutScenario {
  std::string name;
  std::string title;
  std::vector<HandoutStep> steps;
};

/// The course as a participant reads it: names, addresses and the password of that participant; numbered steps, what
/// to do, and the commands to type.
struct Handout {
  std::string participant;
  Placeholders access;  ///< "zone", "password", "receiver_fqdn", "receiver_address", … of that participant
  std::vector<HandoutScenario> scenarios;
};

/// Uses of `ports` the lab table and the credentials only. Errors: `usage` for an unknown participant.
Result<Handout> handout(const lab::Ports& ports, const std::vector<Scenario>& scenarios, const std::string& participant,
                        Language language);

std::string render(const Handout& handout, Language language);

}  // namespace labctl::scenario
