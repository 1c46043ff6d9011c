#pragma once

#include <nlohmann/json.hpp>

namespace labctl {

/// JSON that keeps the order of keys, so that saved evidence and reports are stable byte for byte.
using Json = nlohmann::ordered_json;

}  // namespace labctl

/// Members of a plain struct as a JSON object of the same names, both ways; used in the namespace of the struct.
/// (The library's own macro of this version serves only its unordered type.) Reading throws Json::exception.
#define LABCTL_JSON_STRUCT(Type, ...)                                                                    \
  [[maybe_unused]] inline void to_json(::labctl::Json& nlohmann_json_j, const Type& nlohmann_json_t) {   \
    NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(NLOHMANN_JSON_TO, __VA_ARGS__))                             \
  }                                                                                                      \
  [[maybe_unused]] inline void from_json(const ::labctl::Json& nlohmann_json_j, Type& nlohmann_json_t) { \
    NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(NLOHMANN_JSON_FROM, __VA_ARGS__))                           \
  }
