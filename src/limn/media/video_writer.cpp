#include <algorithm>
#include <cmath>
#include <cstring>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/media/ffmpeg.h"
#include "limn/media/video.h"

namespace limn {
namespace fs = std::filesystem;

struct VideoWriter::State {
  fs::path path, partial;
  AVFormatContext* format = nullptr;
  FfmpegPtr<AVCodecContext> codec;
  FfmpegPtr<AVFrame> frame{av_frame_alloc()};
  FfmpegPtr<AVPacket> packet{av_packet_alloc()};
  FfmpegPtr<SwsContext> scaler;
  AVStream* stream = nullptr;
  int width = 0, height = 0;  ///< of the pictures given in
  long long frames = 0;

  ~State() {
    if (format) {
      if (format->pb) avio_closep(&format->pb);
      avformat_free_context(format);
    }
    std::error_code ignored;
    if (!partial.empty()) fs::remove(partial, ignored);  // after close() it has been renamed away
  }

  void check(int code, const char* what) const {
    if (code < 0)
      throw Error(ErrorKind::input, std::string(what) + ": " + ffmpeg_message(code), path.string(),
                  "check that the folder exists, is writable and has space");
  }
  void open(const VideoWriterOptions& options);
  void open_codec(const VideoWriterOptions& options);
  void encode(const AVFrame* picture);
  void close();
};

void VideoWriter::State::open_codec(const VideoWriterOptions& options) {
  const AVCodec* encoder = avcodec_find_encoder_by_name("libx264");
  const bool h264 = encoder != nullptr;
  if (!h264) encoder = avcodec_find_encoder(AV_CODEC_ID_MPEG4);
  require(encoder, ErrorKind::input, "this FFmpeg has no H.264 or MPEG-4 encoder", path.string(),
          "install an FFmpeg with libx264");
  codec.reset(avcodec_alloc_context3(encoder));
  codec->width = width + width % 2;
  codec->height = height + height % 2;
  codec->pix_fmt = AV_PIX_FMT_YUV420P;
  codec->framerate = av_d2q(options.frame_rate, 60000);
  codec->time_base = av_inv_q(codec->framerate);
  codec->colorspace = AVCOL_SPC_BT709;
  codec->color_primaries = AVCOL_PRI_BT709;
  codec->color_trc = AVCOL_TRC_BT709;
  codec->color_range = AVCOL_RANGE_MPEG;
  if (format->oformat->flags & AVFMT_GLOBALHEADER) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  AVDictionary* settings = nullptr;
  if (h264) {
    av_dict_set_int(&settings, "crf", options.quality, 0);
    av_dict_set(&settings, "preset", "veryfast", 0);
  } else {
    codec->flags |= AV_CODEC_FLAG_QSCALE;
    codec->global_quality = FF_QP2LAMBDA * std::clamp(options.quality / 5, 1, 31);
  }
  const int opened = avcodec_open2(codec.get(), encoder, &settings);
  av_dict_free(&settings);
  check(opened, "cannot open the video encoder");
}

void VideoWriter::State::open(const VideoWriterOptions& options) {
  partial = temporary_beside(path);
  const std::string url = "file:" + partial.string();  // also what faststart opens once more
  check(avformat_alloc_output_context2(&format, nullptr, nullptr, url.c_str()), "cannot make the video");
  open_codec(options);
  stream = avformat_new_stream(format, nullptr);
  if (!stream) check(AVERROR(ENOMEM), "cannot make the video");
  stream->time_base = codec->time_base;
  stream->avg_frame_rate = codec->framerate;
  check(avcodec_parameters_from_context(stream->codecpar, codec.get()), "cannot make the video");
  check(avio_open(&format->pb, url.c_str(), AVIO_FLAG_WRITE), "cannot write the video");
  AVDictionary* settings = nullptr;
  av_dict_set(&settings, "movflags", "+faststart", 0);  // playable in a browser before it is loaded whole
  const int written = avformat_write_header(format, &settings);
  av_dict_free(&settings);
  check(written, "cannot write the video");
  frame->format = codec->pix_fmt;
  frame->width = codec->width;
  frame->height = codec->height;
  check(av_frame_get_buffer(frame.get(), 0), "cannot make the video");
  scaler.reset(sws_getContext(codec->width, codec->height, AV_PIX_FMT_RGB24, codec->width, codec->height,
                              codec->pix_fmt, SWS_BILINEAR | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  if (!scaler) check(AVERROR(EINVAL), "cannot convert pictures for the video");
  sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(SWS_CS_DEFAULT), 1, sws_getCoefficients(SWS_CS_ITU709), 0,
                           0, 1 << 16, 1 << 16);
}

void VideoWriter::State::encode(const AVFrame* picture) {
  check(avcodec_send_frame(codec.get(), picture), "cannot encode a frame");
  while (true) {
    const int got = avcodec_receive_packet(codec.get(), packet.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
    check(got, "cannot encode a frame");
    packet->duration = 1;
    av_packet_rescale_ts(packet.get(), codec->time_base, stream->time_base);
    packet->stream_index = stream->index;
    check(av_interleaved_write_frame(format, packet.get()), "cannot write the video");
  }
}

void VideoWriter::State::close() {
  encode(nullptr);
  check(av_write_trailer(format), "cannot write the video");
  check(avio_closep(&format->pb), "cannot write the video");
  std::error_code code;
  fs::rename(partial, path, code);
  require(!code, ErrorKind::input, "cannot put the finished video in place", path.string(),
          "check that the folder is writable");
  partial.clear();
}

VideoWriter::VideoWriter(const fs::path& path, int width, int height, const VideoWriterOptions& options)
    : state_(std::make_unique<State>()) {
  silence_ffmpeg();
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  require(extension == ".mp4" || extension == ".mov" || extension == ".mkv", ErrorKind::usage,
          "videos are written as .mp4, .mov or .mkv", path.string(), "change the extension");
  require(width >= 1 && height >= 1 && width <= 16384 && height <= 16384, ErrorKind::usage,
          "a video has sides of 1 to 16384 pixels", std::to_string(width) + " x " + std::to_string(height),
          "scale the pictures");
  require(options.frame_rate > 0 && options.frame_rate <= 1000, ErrorKind::usage,
          "the frame rate must lie in (0, 1000]", std::to_string(options.frame_rate), "give frames per second");
  state_->path = path;
  state_->width = width;
  state_->height = height;
  state_->open(options);
}
VideoWriter::~VideoWriter() = default;
VideoWriter::VideoWriter(VideoWriter&&) noexcept = default;

void VideoWriter::write(const Image& image) {
  State& s = *state_;
  require(!s.partial.empty() && image.width == s.width && image.height == s.height, ErrorKind::usage,
          "all frames of a video must have its size, and come before close()",
          std::to_string(image.width) + " x " + std::to_string(image.height), "scale the pictures");
  // Even sides, and rows padded for swscale's vectors.
  const int stride = (s.codec->width * 3 + 63) / 64 * 64;
  std::vector<uint8_t> padded(static_cast<size_t>(stride) * s.codec->height + 64);
  for (int y = 0; y < s.codec->height; ++y) {
    uint8_t* row = &padded[static_cast<size_t>(y) * stride];
    std::memcpy(row, image.at(0, std::min(y, s.height - 1)), static_cast<size_t>(s.width) * 3);
    if (s.codec->width > s.width) std::memcpy(row + s.width * 3, row + (s.width - 1) * 3, 3);
  }
  s.check(av_frame_make_writable(s.frame.get()), "cannot encode a frame");
  const uint8_t* const planes[4] = {padded.data(), nullptr, nullptr, nullptr};
  const int strides[4] = {stride, 0, 0, 0};
  sws_scale(s.scaler.get(), planes, strides, 0, s.codec->height, s.frame->data, s.frame->linesize);
  s.frame->pts = s.frames++;
  s.encode(s.frame.get());
}

void VideoWriter::close() {
  require(state_->frames > 0, ErrorKind::usage, "a video needs at least one frame", state_->path.string(),
          "write frames before close()");
  if (!state_->partial.empty()) state_->close();
}

}  // namespace limn
