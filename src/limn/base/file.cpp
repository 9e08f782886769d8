#include "limn/base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "limn/base/error.h"

namespace limn {
namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::error_code ignored;
  require(fs::exists(path, ignored), ErrorKind::input, "file not found", path.string(),
          "check the path");
  require(!fs::is_directory(path, ignored), ErrorKind::input, "expected a file, found a folder",
          path.string(), "name one file inside it");
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  require(stream.good() || stream.eof(), ErrorKind::input, "cannot read file", path.string(),
          "check its permissions");
  return std::move(bytes).str();
}

fs::path temporary_beside(const fs::path& path) {
  fs::path result = path;
  result.replace_filename("." + path.stem().string() + ".partial-" + std::to_string(getpid()) +
                          path.extension().string());
  return result;
}

void write_file_atomic(const fs::path& path, std::string_view bytes) {
  const fs::path partial = temporary_beside(path);
  const auto fail = [&](int code) {
    unlink(partial.c_str());
    throw Error(ErrorKind::input, std::string("cannot write file: ") + std::strerror(code),
                path.string(), "check that the folder exists, is writable and has space");
  };
  const int descriptor = open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) fail(errno);
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int code = errno;
      close(descriptor);
      fail(code);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  const bool flushed = fsync(descriptor) == 0 || errno == EINVAL;  // pipes cannot be synchronised
  const int code = errno;
  close(descriptor);
  if (!flushed) fail(code);
  if (rename(partial.c_str(), path.c_str()) != 0) fail(errno);
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code code;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, code), end;
  for (; !code && entry != end; entry.increment(code)) {
    std::error_code ignored;
    const bool hidden = entry->path().filename().string().starts_with('.');
    if (hidden && entry->is_directory(ignored)) entry.disable_recursion_pending();
    if (!hidden && entry->is_regular_file(ignored)) paths.push_back(entry->path());
  }
  if (code) throw Error(ErrorKind::input, "cannot list the folder: " + code.message(), folder.string(), "check it");
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace limn
