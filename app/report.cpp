#include "report.h"

#include <iostream>

namespace limn::app {

int report(const Error& error) {
  std::cerr << "limn: error: " << error.message() << "\n";
  if (!error.where().empty()) std::cerr << "  where: " << error.where() << "\n";
  if (!error.remedy().empty()) std::cerr << "  remedy: " << error.remedy() << "\n";
  return error.exit_code();
}

}  // namespace limn::app
