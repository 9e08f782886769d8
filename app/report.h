// How the programs tell of an error; only their main() calls it.
#pragma once

#include "limn/base/error.h"

namespace limn::app {

/// Prints what, where and remedy; the exit code.
int report(const Error& error);

}  // namespace limn::app
