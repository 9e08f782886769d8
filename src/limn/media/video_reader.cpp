#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "limn/base/error.h"
#include "limn/media/ffmpeg.h"
#include "limn/media/image_file.h"
#include "limn/media/video.h"

namespace limn {
namespace fs = std::filesystem;

struct VideoReader::State {
  std::string where;
  AVFormatContext* format = nullptr;
  FfmpegPtr<AVCodecContext> codec;
  FfmpegPtr<AVFrame> frame{av_frame_alloc()};
  FfmpegPtr<AVPacket> packet{av_packet_alloc()};
  SwsContext* scaler = nullptr;
  int stream_index = -1;
  int stored_width = 0, stored_height = 0;  ///< of the pictures given out, before rotation
  int quarter_turns = 0;                    ///< clockwise, to make the picture upright
  long long max_pixels = 0;
  double frame_rate = 25;
  double time = 0;
  bool live = false, draining = false, any_frame = false;
  int failures = 0;      ///< of the decoder in a row while draining
  bool pending = false;  ///< `frame` was decoded by seek() and is the next to be given out

  ~State() {
    sws_freeContext(scaler);
    avformat_close_input(&format);
  }

  [[noreturn]] void fail(const std::string& what, const char* remedy) const {
    throw Error(ErrorKind::input, what, where, remedy);
  }
  AVStream* stream() const { return format->streams[stream_index]; }
  void open(const fs::path& path, const VideoReaderOptions& options);
  void open_device(const std::string& driver, const std::string& name, const VideoReaderOptions& options);
  void start(const VideoReaderOptions& options);
  void read_stream_info();
  void open_codec(const AVCodec* decoder, const VideoReaderOptions& options);
  bool decode();
  void convert(Image& image);
};

namespace {

constexpr double highest_rate = 1000;  // frames per second; what claims more knows none, as does the writer
constexpr int most_failures = 1000;    // at the end of a damaged file the decoder may have many frames to refuse
const char* const reencode = "re-encode it, e.g. ffmpeg -i IN -c:v libx264 -pix_fmt yuv420p OUT.mp4";

int clockwise_quarter_turns(AVStream* stream) {
  const uint8_t* matrix = nullptr;
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)  // FFmpeg 6.1 moved the side data
  const AVPacketSideData* data = av_packet_side_data_get(
      stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
  if (data && data->size >= 36) matrix = data->data;
#else
  matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
#endif
  if (!matrix) return 0;
  const double counterclockwise = av_display_rotation_get(reinterpret_cast<const int32_t*>(matrix));
  if (!std::isfinite(counterclockwise)) return 0;
  // The matrix turns the stored picture by -angle clockwise; ffmpeg's own players round to quarter turns too.
  return ((static_cast<int>(std::lround(-counterclockwise / 90)) % 4) + 4) % 4;
}

/// What FFmpeg may be told to refuse: codecs pad frames to whole blocks.
int64_t with_padding(long long pixels) { return pixels + pixels / 8 + 65536; }

Image turned(const Image& stored, int quarter_turns) {
  const bool sideways = quarter_turns % 2 == 1;
  Image upright(sideways ? stored.height : stored.width, sideways ? stored.width : stored.height);
  for (int y = 0; y < stored.height; ++y) {
    for (int x = 0; x < stored.width; ++x) {
      const int right = stored.width - 1 - x, below = stored.height - 1 - y;
      uint8_t* target = quarter_turns == 1   ? upright.at(below, x)
                        : quarter_turns == 2 ? upright.at(right, below)
                                             : upright.at(y, right);
      std::memcpy(target, stored.at(x, y), 3);
    }
  }
  return upright;
}

/// Untagged pictures: the usual convention by size, as players have it.
int colour_space(const AVFrame& frame) {
  if (frame.colorspace != AVCOL_SPC_UNSPECIFIED && frame.colorspace != AVCOL_SPC_RGB) return frame.colorspace;
  return frame.height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
}

/// FFmpeg's devices live in a library that drags in X11, SDL and sound: it is loaded only where a camera is asked for.
/// Its version is libavformat's.
void register_devices(const std::string& where) {
  const std::string library = "libavdevice.so." + std::to_string(LIBAVFORMAT_VERSION_MAJOR);
  void* const loaded = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* const function = loaded ? dlsym(loaded, "avdevice_register_all") : nullptr;
  if (!function)
    throw Error(ErrorKind::input, "cameras need FFmpeg's " + library + ", which is not installed", where,
                "install it, on Debian and Ubuntu: apt install ffmpeg");
  reinterpret_cast<void (*)()>(function)();  // stays loaded: FFmpeg keeps what it registered
}

}  // namespace

void VideoReader::State::open(const fs::path& path, const VideoReaderOptions& options) {
  where = path.string();
  std::error_code ignored;
  if (!fs::exists(path, ignored)) fail("file not found", "check the path");
  if (fs::is_directory(path, ignored)) fail("expected a video file, found a folder", "name one file inside it");
  if (fs::is_regular_file(path, ignored) && fs::file_size(path, ignored) == 0)
    fail("the video is empty (0 bytes)", "fetch or export it again");
  AVDictionary* settings = nullptr;
  av_dict_set(&settings, "protocol_whitelist", "file", 0);  // a playlist must not reach the network
  const int opened = avformat_open_input(&format, ("file:" + where).c_str(), nullptr, &settings);
  av_dict_free(&settings);
  if (opened < 0) fail("not a video, or damaged: " + ffmpeg_message(opened), reencode);
  start(options);
}

void VideoReader::State::open_device(const std::string& driver, const std::string& name,
                                     const VideoReaderOptions& options) {
  where = name;
  live = true;
  register_devices(name);
  auto* const found = av_find_input_format(driver.c_str());
  if (!found) fail("FFmpeg has no input device \"" + driver + "\"", "install another build of libavdevice");
  const int opened = avformat_open_input(&format, name.c_str(), found, nullptr);
  if (opened < 0)
    fail("cannot open the camera: " + ffmpeg_message(opened),
         "check that it is there and no other program uses it: ls /dev/video*");
  start(options);
}

void VideoReader::State::start(const VideoReaderOptions& options) {
  max_pixels = options.max_pixels;
  read_stream_info();
  const AVCodec* decoder = nullptr;
  stream_index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
  if (stream_index == AVERROR_DECODER_NOT_FOUND) fail("no decoder for the video's codec", reencode);
  if (stream_index < 0) fail("the file has no video stream", "name a video file");
  open_codec(decoder, options);
  const AVRational rate = av_guess_frame_rate(format, stream(), nullptr);
  if (rate.num > 0 && rate.den > 0 && av_q2d(rate) <= highest_rate) frame_rate = av_q2d(rate);
  quarter_turns = clockwise_quarter_turns(stream());
  const int longer = std::max(codec->width, codec->height);
  const double scale = options.max_side > 0 && longer > options.max_side ? double(options.max_side) / longer : 1.0;
  stored_width = std::max(1, static_cast<int>(std::lround(codec->width * scale)));
  stored_height = std::max(1, static_cast<int>(std::lround(codec->height * scale)));
}

/// Probing decodes frames: the limit holds there already.
void VideoReader::State::read_stream_info() {
  std::vector<AVDictionary*> settings(format->nb_streams, nullptr);
  for (AVDictionary*& one : settings) av_dict_set_int(&one, "max_pixels", with_padding(max_pixels), 0);
  const int found = avformat_find_stream_info(format, settings.empty() ? nullptr : settings.data());
  for (AVDictionary*& one : settings) av_dict_free(&one);
  if (found < 0) fail("not a video, or damaged", reencode);
}

void VideoReader::State::open_codec(const AVCodec* decoder, const VideoReaderOptions& options) {
  codec.reset(avcodec_alloc_context3(decoder));
  if (!codec || avcodec_parameters_to_context(codec.get(), stream()->codecpar) < 0)
    fail("cannot set up the decoder", reencode);
  require_pixels_below(codec->width, codec->height, max_pixels, where);
  codec->max_pixels = with_padding(max_pixels);
  codec->thread_count = options.threads;
  codec->pkt_timebase = stream()->time_base;
  if (avcodec_open2(codec.get(), decoder, nullptr) < 0) fail("cannot open the decoder", reencode);
  if (codec->width <= 0 || codec->height <= 0) fail("not a video, or damaged: no picture size", reencode);
}

bool VideoReader::State::decode() {
  if (pending) {
    pending = false;
    return true;
  }
  while (true) {
    const int got = avcodec_receive_frame(codec.get(), frame.get());
    if (got == 0 && static_cast<long long>(frame->width) * frame->height > max_pixels) continue;  // they grew
    if (got == 0) {
      const AVStream* s = stream();
      const int64_t start = s->start_time == AV_NOPTS_VALUE ? 0 : s->start_time;
      time = frame->best_effort_timestamp == AV_NOPTS_VALUE
                 ? (any_frame ? time + 1 / frame_rate : 0.0)
                 : static_cast<double>(frame->best_effort_timestamp - start) * av_q2d(s->time_base);
      any_frame = true;
      failures = 0;
      return true;
    }
    if (got == AVERROR_EOF || (draining && got != AVERROR(EAGAIN) && got != AVERROR_INVALIDDATA)) break;
    if (draining && ++failures > most_failures) break;
    if (draining) {
      if (got == AVERROR(EAGAIN)) break;
      continue;
    }
    const int read = av_read_frame(format, packet.get());
    if (read < 0) {  // the end, or nothing readable beyond
      draining = true;
      avcodec_send_packet(codec.get(), nullptr);
      continue;
    }
    if (packet->stream_index == stream_index) avcodec_send_packet(codec.get(), packet.get());
    av_packet_unref(packet.get());
  }
  if (!any_frame) fail("no frame of the video can be decoded", reencode);
  return false;
}

void VideoReader::State::convert(Image& image) {
  const auto pixels = static_cast<AVPixelFormat>(frame->format);
  scaler = sws_getCachedContext(scaler, frame->width, frame->height, pixels, stored_width, stored_height,
                                AV_PIX_FMT_RGB24, SWS_AREA | SWS_ACCURATE_RND, nullptr, nullptr, nullptr);
  if (!scaler) fail("cannot convert the video's pixel format", reencode);
  const int* table = sws_getCoefficients(colour_space(*frame));
  const bool full_range = frame->color_range == AVCOL_RANGE_JPEG || pixels == AV_PIX_FMT_YUVJ420P ||
                          pixels == AV_PIX_FMT_YUVJ422P || pixels == AV_PIX_FMT_YUVJ444P;
  sws_setColorspaceDetails(scaler, table, full_range, sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
  // swscale writes whole vectors: rows must be padded, which an Image's are not.
  const int stride = (stored_width * 3 + 63) / 64 * 64;
  std::vector<uint8_t> padded(static_cast<size_t>(stride) * stored_height + 64);
  uint8_t* const planes[4] = {padded.data(), nullptr, nullptr, nullptr};
  const int strides[4] = {stride, 0, 0, 0};
  sws_scale(scaler, frame->data, frame->linesize, 0, frame->height, planes, strides);
  Image stored(stored_width, stored_height);
  for (int y = 0; y < stored_height; ++y)
    std::memcpy(stored.at(0, y), &padded[static_cast<size_t>(y) * stride], static_cast<size_t>(stored_width) * 3);
  image = quarter_turns == 0 ? std::move(stored) : turned(stored, quarter_turns);
}

VideoReader::VideoReader(const fs::path& path, const VideoReaderOptions& options) : state_(std::make_unique<State>()) {
  silence_ffmpeg();
  state_->open(path, options);
}
VideoReader::VideoReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
VideoReader::~VideoReader() = default;
VideoReader::VideoReader(VideoReader&&) noexcept = default;

VideoReader VideoReader::device(const std::string& driver, const std::string& name, const VideoReaderOptions& options) {
  silence_ffmpeg();
  auto state = std::make_unique<State>();
  state->open_device(driver, name, options);
  return VideoReader(std::move(state));
}

VideoReader VideoReader::webcam(int number, const VideoReaderOptions& options) {
  return device("video4linux2", "/dev/video" + std::to_string(number), options);
}

bool VideoReader::next(Image& frame) {
  if (!state_->decode()) return false;
  state_->convert(frame);
  return true;
}

bool VideoReader::skip() { return state_->decode(); }

void VideoReader::seek(double seconds) {
  State& s = *state_;
  AVStream* stream = s.stream();
  const int64_t start = stream->start_time == AV_NOPTS_VALUE ? 0 : stream->start_time;
  const int64_t target = start + static_cast<int64_t>(std::max(0.0, seconds) / av_q2d(stream->time_base));
  if (s.live) s.fail("a camera cannot go back in time", "leave the start out");
  if (av_seek_frame(s.format, s.stream_index, target, AVSEEK_FLAG_BACKWARD) < 0)
    s.fail("cannot seek in the video", reencode);
  avcodec_flush_buffers(s.codec.get());
  s.draining = s.pending = false;
  while (s.decode())
    if (s.time + 0.5 / s.frame_rate >= seconds) {
      s.pending = true;
      return;
    }
}

int VideoReader::width() const { return state_->quarter_turns % 2 ? state_->stored_height : state_->stored_width; }
int VideoReader::height() const { return state_->quarter_turns % 2 ? state_->stored_width : state_->stored_height; }
double VideoReader::frame_rate() const { return state_->frame_rate; }
bool VideoReader::live() const { return state_->live; }
double VideoReader::seconds() const { return state_->time; }

double VideoReader::duration() const {
  const AVStream* stream = state_->stream();
  if (stream->duration != AV_NOPTS_VALUE) return static_cast<double>(stream->duration) * av_q2d(stream->time_base);
  const int64_t whole = state_->format->duration;
  return whole == AV_NOPTS_VALUE ? 0.0 : static_cast<double>(whole) / AV_TIME_BASE;
}

long long VideoReader::approximate_frame_count() const {
  const AVStream* stream = state_->stream();
  return stream->nb_frames > 0 ? stream->nb_frames : std::llround(duration() * state_->frame_rate);
}

}  // namespace limn
