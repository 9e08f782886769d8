# Limn's program alone: limn predict, convert, synth, pack, eval, export. No torch, hence no limn train.
#
#   docker build -t limn .
#   docker run --rm -v "$PWD:/work" limn predict dance.mp4 --out results
#
# It runs as the user who calls it with --user "$(id -u):$(id -g)"; results then belong to them.
FROM debian:12-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /limn
COPY tools/setup.sh tools/packages.txt tools/
RUN apt-get update && tools/setup.sh core && rm -rf /var/lib/apt/lists/*
COPY . .
RUN cmake --preset release -DCMAKE_INSTALL_PREFIX=/usr -DLIMN_TRAINING=OFF -DLIMN_TESTS=OFF -DLIMN_BENCH=OFF \
    && cmake --build --preset release --target limn_app limn limn_c -j "$(tools/jobs.sh)" \
    && DESTDIR=/package cmake --install build/release --strip \
    && rm -rf /package/usr/include /package/usr/lib/*/*.a /package/usr/lib/*/cmake /package/usr/lib/*/pkgconfig

# The shared libraries that `limn` and liblimn_c.so link, and nothing else (readelf -d lists them).
FROM debian:12-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libavformat59 libavcodec59 libswscale6 libavutil57 libjpeg62-turbo \
       libpng16-16 libarchive13 libmatio11 libhdf5-103-1 libassimp5 libgomp1 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /package/usr /usr
RUN ldconfig && limn --version
WORKDIR /work
ENTRYPOINT ["limn"]
CMD ["--help"]
