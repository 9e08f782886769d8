// Files of assets/ built into the library, by their path below assets/.
#pragma once

#include <map>
#include <string>

namespace limn {

const std::map<std::string, std::string>& embedded_assets();

}  // namespace limn
