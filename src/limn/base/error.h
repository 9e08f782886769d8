// The one error type of the library. Library code never prints or exits: it throws, and main prints.
#pragma once

#include <exception>
#include <string>

namespace limn {

/// What went wrong, seen from the shell; the value is the process exit code.
enum class ErrorKind { usage = 2, input = 3, model = 4, interrupted = 130 };

/// One failure: what happened, where (file, line, key, step), and what the user can do about it.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string what, std::string where, std::string remedy);

  ErrorKind kind() const { return kind_; }
  int exit_code() const { return static_cast<int>(kind_); }
  const std::string& message() const { return message_; }
  const std::string& where() const { return where_; }
  const std::string& remedy() const { return remedy_; }
  /// "message (where); remedy"
  const char* what() const noexcept override { return full_.c_str(); }

 private:
  ErrorKind kind_;
  std::string message_, where_, remedy_, full_;
};

/// Throws Error(kind, ...) unless `condition` holds.
inline void require(bool condition, ErrorKind kind, const char* what, const std::string& where,
                    const char* remedy) {
  if (!condition) throw Error(kind, what, where, remedy);
}

}  // namespace limn
