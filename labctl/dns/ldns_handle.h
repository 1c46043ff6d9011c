#pragma once

#include <ldns/ldns.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace labctl::dns {

/// Frees what ldns allocates.
struct LdnsFree {
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
  void operator()(ldns_rdf* rdf) const { ldns_rdf_deep_free(rdf); }
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
  void operator()(ldns_zone* zone) const { ldns_zone_deep_free(zone); }
  void operator()(char* text) const { std::free(text); }
  void operator()(unsigned char* bytes) const { std::free(bytes); }
};

template <class T>
using LdnsHandle = std::unique_ptr<T, LdnsFree>;

/// Text that ldns made, without a line end.
inline std::string take_text(char* text) {
  const LdnsHandle<char> owned(text);
  std::string result = text != nullptr ? text : "";
  while (result.ends_with('\n') || result.ends_with(' ')) result.pop_back();
  return result;
}

}  // namespace labctl::dns
