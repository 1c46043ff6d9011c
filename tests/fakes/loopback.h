#pragma once

#include "labctl/base/own_network.h"

namespace labctl::fakes {

using labctl::OwnNetwork;

}  // namespace labctl::fakes
