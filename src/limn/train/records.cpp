#include "limn/train/records.h"

#include <unistd.h>

#include <array>
#include <cstring>
#include <ctime>
#include <sstream>

#include "limn/base/error.h"
#include "limn/base/file.h"

namespace limn {
namespace {

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string as_json(int64_t step, const std::string& note, const std::map<std::string, double>& figures) {
  std::string text = "{\"step\": " + std::to_string(step);
  if (!note.empty()) text += ", \"note\": \"" + note + "\"";
  for (const auto& [name, value] : figures) text += ", \"" + name + "\": " + short_number(value);
  return text + "}";
}

std::string joined(const std::map<std::string, double>& figures) {
  std::string text;
  for (const auto& [name, value] : figures) text += "  " + name + " " + short_number(value);
  return text;
}

std::string duration(double seconds) {
  char text[32];
  const int s = static_cast<int>(seconds);
  std::snprintf(text, sizeof text, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  return text;
}

// Protobuf wire format: varints, and length-delimited fields (type 2); doubles are type 1, floats type 5.
std::string varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}
std::string tag(int field, int type) { return varint(static_cast<uint64_t>(field) << 3 | type); }
std::string delimited(int field, const std::string& bytes) { return tag(field, 2) + varint(bytes.size()) + bytes; }
template <class T>
std::string raw(T value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof value);
}
std::string event(int64_t step, const std::string& summary_value) {
  return tag(1, 1) + raw(static_cast<double>(std::time(nullptr))) + tag(2, 0) + varint(static_cast<uint64_t>(step)) +
         delimited(5, delimited(1, summary_value));
}

}  // namespace

void RunningMeans::add(const std::string& name, double value) {
  auto& [sum, count] = sums_[name];
  sum += value;
  ++count;
}

std::map<std::string, double> RunningMeans::take() {
  std::map<std::string, double> means;
  for (const auto& [name, entry] : sums_) means[name] = entry.first / entry.second;
  sums_.clear();
  return means;
}

ResultsFile::ResultsFile(const std::filesystem::path& path, int64_t step) {
  std::string kept = "step,name,value\n";
  if (std::filesystem::exists(path)) {
    std::istringstream old(read_file(path));
    std::string line;
    std::getline(old, line);
    while (std::getline(old, line))
      if (std::strtoll(line.c_str(), nullptr, 10) <= step) kept += line + "\n";
  }
  write_file_atomic(path, kept);
  stream_.open(path, std::ios::app);
}

void ResultsFile::write(int64_t step, const std::map<std::string, double>& figures) {
  for (const auto& [name, value] : figures) stream_ << step << ',' << name << ',' << short_number(value) << '\n';
  stream_.flush();
}

uint32_t crc32c(const std::string& bytes) {
  static const auto table = [] {
    std::array<uint32_t, 256> t{};
    for (uint32_t i = 0; i < 256; ++i) {
      uint32_t c = i;
      for (int k = 0; k < 8; ++k) c = c & 1 ? 0x82f63b78u ^ (c >> 1) : c >> 1;
      t[i] = c;
    }
    return t;
  }();
  uint32_t crc = 0xffffffffu;
  for (unsigned char byte : bytes) crc = table[(crc ^ byte) & 0xff] ^ (crc >> 8);
  return ~crc;
}

EventFile::EventFile(const std::filesystem::path& folder) {
  char host[64] = "host";
  gethostname(host, sizeof host - 1);
  const std::string name =
      "events.out.tfevents." + std::to_string(std::time(nullptr)) + "." + host + "." + std::to_string(getpid());
  stream_.open(folder / name, std::ios::binary);
  record(tag(1, 1) + raw(static_cast<double>(std::time(nullptr))) + delimited(3, "brain.Event:2"));
}

void EventFile::record(const std::string& event) {
  const auto masked = [](const std::string& bytes) {
    const uint32_t crc = crc32c(bytes);
    return raw(static_cast<uint32_t>(((crc >> 15) | (crc << 17)) + 0xa282ead8u));
  };
  const std::string length = raw(static_cast<uint64_t>(event.size()));
  stream_ << length << masked(length) << event << masked(event);
  stream_.flush();
}

void EventFile::scalar(int64_t step, const std::string& name, double value) {
  record(event(step, delimited(1, name) + tag(2, 5) + raw(static_cast<float>(value))));
}

void EventFile::image(int64_t step, const std::string& name, int width, int height, const std::string& png) {
  const std::string picture = tag(1, 0) + varint(height) + tag(2, 0) + varint(width) + tag(3, 0) + varint(3) +
                              delimited(4, png);
  record(event(step, delimited(1, name) + delimited(4, picture)));
}

Progress::Progress(std::string verbosity, int64_t first, int64_t total)
    : verbosity_(std::move(verbosity)), first_(first), total_(total), terminal_(isatty(STDERR_FILENO) != 0),
      start_(std::chrono::steady_clock::now()) {}

double Progress::images_per_second(int64_t step, int64_t images_a_step) const {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  return seconds > 0 ? static_cast<double>((step - first_) * images_a_step) / seconds : 0;
}

void Progress::update(int64_t step, const std::map<std::string, double>& figures) {
  if (verbosity_ == "none") return;
  if (verbosity_ == "json") {
    std::printf("%s\n", as_json(step, "", figures).c_str());
    std::fflush(stdout);
    return;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  const double rate = seconds > 0 ? static_cast<double>(step - first_) / seconds : 0;
  const std::string left = rate > 0 ? duration(static_cast<double>(total_ - step) / rate) : "?";
  std::string line = "step " + std::to_string(step) + "/" + std::to_string(total_) + "  " + short_number(rate) +
                     " steps/s  " + left + " left" + joined(figures);
  if (!terminal_) {
    std::fprintf(stderr, "%s\n", line.c_str());
    return;
  }
  constexpr int width = 24;
  const int done = static_cast<int>(width * step / std::max<int64_t>(1, total_));
  std::fprintf(stderr, "\r\033[K[%s%s] %s", std::string(done, '=').c_str(), std::string(width - done, ' ').c_str(),
               line.substr(0, 140).c_str());
  if (step == total_) std::fputc('\n', stderr);
}

void Progress::note(int64_t step, const std::string& text, const std::map<std::string, double>& figures) {
  if (verbosity_ == "none") return;
  if (verbosity_ == "json") {
    std::printf("%s\n", as_json(step, text, figures).c_str());
    std::fflush(stdout);
    return;
  }
  std::fprintf(stderr, "%s%s%s\n", terminal_ ? "\r\033[K" : "", text.c_str(), joined(figures).c_str());
}

RunRecords::RunRecords(const std::filesystem::path& folder, const RunOptions& options, int64_t first, int64_t total)
    : results_(folder / "results.csv", first), progress_(options.verbosity, first, total) {
  if (options.tensorboard) events_.emplace(folder);
}

void RunRecords::write(int64_t step, const std::string& group, const std::map<std::string, double>& figures) {
  results_.write(step, figures);
  if (events_)
    for (const auto& [name, value] : figures) events_->scalar(step, group + "/" + name, value);
}

void RunRecords::trained(int64_t step, RunningMeans& means, double waited, const std::string& unit, int64_t a_step) {
  std::map<std::string, double> figures = means.take();
  const double rate = progress_.images_per_second(step, a_step);
  figures["data_wait_s"] = waited;
  figures[unit + "_per_s"] = rate;
  write(step, "train", figures);
  progress_.update(step, {{"loss", figures["loss"]}, {unit + "/s", rate}});
}

void RunRecords::held_out(int64_t step, const std::string& whom, const std::map<std::string, double>& figures) {
  write(step, "held_out", figures);
  progress_.note(step, whom + " at step " + std::to_string(step) + ":", figures);
}

void RunRecords::image(int64_t step, const std::string& tag, int width, int height, const std::string& png) {
  if (events_) events_->image(step, tag, width, height, png);
}

}  // namespace limn
