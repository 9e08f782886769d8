// Named figures of one bench run, and the file they are collected in.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace limn::bench {

/// Name (snake_case, unit at the end where it has one) to value.
using Figures = std::map<std::string, double>;

/// Adds or replaces `figures` in the JSON object in `path`, keeping its other keys; the file need not exist.
/// Error(input) when it holds something else than an object.
void merge_figures(const std::filesystem::path& path, const Figures& figures);

/// The middle of the values; the mean of the middle two of an even number. Needs at least one.
double median(std::vector<double> values);

/// Milliseconds that one call takes.
double milliseconds(const std::function<void()>& call);

}  // namespace limn::bench
