#!/bin/sh
# Installs what tests and benchmarks use beyond Python packages: a browser, its fonts, a second PostgreSQL,
# a load generator, Java with Maven for a Kafka broker, and what the quick start in bash needs.
missing=""
command -v chromium-headless-shell >/dev/null || missing="$missing chromium-headless-shell"
[ -d /usr/share/fonts/truetype/noto ] || missing="$missing fonts-noto-core"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v wrk >/dev/null || missing="$missing wrk"
command -v java >/dev/null || missing="$missing default-jre-headless"
command -v mvn >/dev/null || missing="$missing maven"
command -v curl >/dev/null || missing="$missing curl"
command -v jq >/dev/null || missing="$missing jq"
[ -n "$missing" ] || exit 0

skip() { echo "Not installing$missing: $1; the tests that need them will be skipped."; exit 0; }
command -v apt-get >/dev/null || skip "this is not a Debian system"
[ "$(id -u)" = 0 ] || skip "only root can"

# Only the server's programs are wanted, not a server that starts with the machine.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf

# Systems that do not pack the browser without its windows have it whole.
with_a_browser() {
    apt-cache show chromium-headless-shell || missing=$(echo "$missing" | sed s/chromium-headless-shell/chromium/)
}

export DEBIAN_FRONTEND=noninteractive
echo "Installing$missing"
# shellcheck disable=SC2086
{ apt-get -qq update && with_a_browser && apt-get -qq install -y --no-install-recommends -o Dpkg::Options::=--force-confold $missing; } >/dev/null 2>&1 ||
    skip "apt-get could not"
