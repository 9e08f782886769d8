// Whole files in and out. A file that exists is whole: writes go to a temporary name, then rename.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace limn {

/// The bytes of `path`. Error(input) when it is missing, a folder, or unreadable.
std::string read_file(const std::filesystem::path& path);

/// Writes `bytes` to a temporary file beside `path`, flushes, renames. Error(input) on failure
/// (no such folder, disk full); then neither `path` nor the temporary file is left half-written.
void write_file_atomic(const std::filesystem::path& path, std::string_view bytes);

/// A name beside `path` for a file being written; the same extension, so that muxers guess the format.
std::filesystem::path temporary_beside(const std::filesystem::path& path);

/// Files below `folder`, to the bottom, sorted so that numbering does not depend on the disk; hidden names left out.
/// Error(input) where the folder cannot be listed.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder);

}  // namespace limn
