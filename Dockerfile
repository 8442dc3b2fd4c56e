FROM rust:1-slim-bookworm AS build
RUN apt-get -qq update && apt-get -qq install --yes --no-install-recommends gcc g++ make cmake libc6-dev
WORKDIR /source
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
RUN useradd --system --create-home --home-dir /var/lib/muster muster \
    && apt-get -qq update && apt-get -qq install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /source/target/release/muster /usr/local/bin/muster
USER muster
WORKDIR /var/lib/muster
ENV MUSTER_SERVER__LISTEN=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["muster"]
CMD ["serve"]
