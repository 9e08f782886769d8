#include "limn/base/error.h"

namespace limn {

Error::Error(ErrorKind kind, std::string what, std::string where, std::string remedy)
    : kind_(kind), message_(std::move(what)), where_(std::move(where)), remedy_(std::move(remedy)) {
  full_ = message_;
  if (!where_.empty()) full_ += " (" + where_ + ")";
  if (!remedy_.empty()) full_ += "; " + remedy_;
}

}  // namespace limn
