#!/usr/bin/env bash
# Installs the tools of deploy/check.sh that are missing into a directory, and prints the PATH with them. Needs no root: packages of
# Debian are unpacked, not installed. What cannot be had is named on standard error, and
# the exit code is 1.
#
#   deploy/check/install-tools.sh DIRECTORY
set -uo pipefail

directory=$(mkdir -p "$1" && cd "$1" && pwd) || exit 1
PATH="$directory/bin:$directory/root/usr/bin:$directory/venv/bin:$PATH"

have() { command -v "$1" >/dev/null; }
status=0
missing() {
  echo "install-tools: $1 cannot be installed here" >&2
  status=1
}

# package NAME: unpacks a package of Debian.
package() {
  (
    cd "$directory" || exit 1
    apt-get download "$1" >/dev/null 2>&1 || { apt-get update >/dev/null 2>&1 && apt-get download "$1" >/dev/null 2>&1; } || exit 1
    dpkg -x "$1"_*.deb root && rm "$1"_*.deb
  )
}

# module PROGRAM MODULE@VERSION: builds a program of Go.
module() { have go && GOBIN="$directory/bin" go install "$2" >/dev/null 2>&1; }

have promtool || package prometheus || module promtool github.com/prometheus/prometheus/cmd/promtool@v0.316.0 || missing promtool
have shellcheck || package shellcheck || missing shellcheck
have kubectl || have kustomize || package kubernetes-client ||
  module kustomize sigs.k8s.io/kustomize/kustomize/v5@v5.7.1 || missing 'kubectl or kustomize'
have kubernetes-validate || { python3 -m venv "$directory/venv" && "$directory/venv/bin/pip" install -q kubernetes-validate==1.37.0; } \
  >/dev/null 2>&1 || missing kubernetes-validate

echo "$PATH"
exit "$status"
