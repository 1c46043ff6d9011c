#include "labctl/scenario/verdict.h"

namespace labctl::scenario {
namespace {

int weight(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return 0;
    case Outcome::skip:
      return 1;
    case Outcome::fail:
      return 2;
    case Outcome::error:
      break;
  }
  return 3;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return "pass";
    case Outcome::fail:
      return "fail";
    case Outcome::error:
      return "error";
    case Outcome::skip:
      break;
  }
  return "skip";
}

Outcome worst(Outcome a, Outcome b) { return weight(a) >= weight(b) ? a : b; }

}  // namespace labctl::scenario
