#!/usr/bin/env bash
# Validates everything in deploy/ that can be validated without a cluster, with the installed tools. Checks whose tool is missing are
# reported and skipped; with --strict they fail. Closes with "N passed, N failed, N skipped".
#
#   promtool              Debian package prometheus
#   kubectl or kustomize  Debian package kubernetes-client; Go module sigs.k8s.io/kustomize/kustomize/v5
#   kubernetes-validate   PyPI package kubernetes-validate, which includes the schemas of Kubernetes
#   kube-linter           Go module golang.stackrox.io/kube-linter; the one tool that --strict does not need
#   and for the scripts here the Debian package shellcheck
# deploy/check/install-tools.sh installs them into a directory, as CI does.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
PATH="$PWD/node_modules/.bin:$PATH"

strict=false
if [ "${1:-}" = --strict ]; then strict=true; fi

# The oldest version of Kubernetes that the manifests are for; the newest that the validator knows is tried as well.
oldest=1.27

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=0

have() { command -v "$1" >/dev/null; }

# check WHAT COMMAND…: runs a command, whose output matters only when it fails.
check() {
  local what=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $what"
  else
    failed=$((failed + 1))
    echo "FAIL    $what"
    sed 's/^/        /' "$work/log"
  fi
}

skip() {
  skipped=$((skipped + 1))
  echo "SKIPPED $1: $2 is not here"
}

kustomize_build() {
  if have kustomize; then kustomize build "$1"; else kubectl kustomize "$1"; fi
}

# Writes the objects of a kustomization or template to a file; an empty one is a failure.
build() {
  kustomize_build "deploy/$1" >"$2" && test -s "$2"
}
process() {
  local file=$1 out=$2
  shift 2
  node deploy/check/process-template.ts "$file" IMAGE_TAG=abc1234 "$@" >"$out" && test -s "$out"
}

# printed_rules SCRIPT ARGUMENT…: judges the rules that a script prints.
printed_rules() {
  local script=$1
  shift
  node "deploy/check/$script" "$@" >"$work/rules.yml" && promtool check rules "$work/rules.yml"
}

# validate WHAT FILE
validate() {
  # What the original leaves out as well: Clowder decides about both.
  if have kube-linter; then
    check "$1 has nothing that kube-linter warns of" kube-linter lint --exclude no-read-only-root-fs,run-as-non-root "$2"
  fi
  if ! have kubernetes-validate; then
    skip "$1 against the schemas of Kubernetes" kubernetes-validate
    return
  fi
  check "$1 fits Kubernetes $oldest" kubernetes-validate --strict --kubernetes-version "$oldest" "$2"
  check "$1 fits the newest Kubernetes" kubernetes-validate --strict "$2"
}

echo '# tests'
check 'deploy/check' node node_modules/mocha/bin/mocha.js --no-config --no-package --reporter dot \
  'deploy/check/*.test.ts'

echo '# Prometheus and Grafana'
if have promtool; then
  check 'rules are well-formed' promtool check rules deploy/prometheus/image-builder.rules.yml
  check 'rules behave as their tests say' promtool test rules deploy/prometheus/image-builder.test.yml
  check 'rules name causes within two minutes' promtool test rules deploy/prometheus/image-builder.causes.test.yml
  check 'rules behave as their tests say, over days' promtool test rules deploy/prometheus/image-builder.long.test.yml
  check 'rules of openshift/alerts.yml are well-formed' printed_rules prometheus-rule.ts RUNBOOK_URL=https://runbook.example.com
  check 'queries of the dashboard are well-formed' printed_rules dashboard.ts
  if [[ $(promtool check config deploy/prometheus/scrape.example.yml 2>&1) == *'field kubernetes_sd_configs not found'* ]]; then
    # Debian's promtool is built without it.
    cp deploy/prometheus/image-builder.rules.yml "$work"
    node deploy/check/scrape.ts >"$work/scrape.yml"
    check 'scrape configuration is well-formed, but for its targets' promtool check config "$work/scrape.yml"
  else
    check 'scrape configuration is well-formed' promtool check config deploy/prometheus/scrape.example.yml
  fi
else
  skip 'rules, their tests, queries of the dashboard' promtool
fi

echo '# Kubernetes'
if have kustomize || have kubectl; then
  for directory in kubernetes/base kubernetes/overlays/example kubernetes/overlays/openshift grafana openshift/dashboard; do
    check "$directory builds" build "$directory" "$work/objects.yml"
    validate "$directory" "$work/objects.yml"
  done
else
  skip 'kustomizations' 'kubectl or kustomize'
fi

echo '# OpenShift'
check 'openshift/image-builder.yml can be processed' process openshift/image-builder.yml "$work/objects.yml" ENV_NAME=env-stage
validate openshift/image-builder.yml "$work/objects.yml"
check 'openshift/maintenance.yml can be processed' process openshift/maintenance.yml "$work/objects.yml"
validate openshift/maintenance.yml "$work/objects.yml"
check 'openshift/load-test.yml can be processed' process openshift/load-test.yml "$work/objects.yml" \
  IMAGE_NAME=images.example.com/image-builder-tools
validate openshift/load-test.yml "$work/objects.yml"

echo '# scripts'
if have shellcheck; then
  check 'scripts of deploy/' shellcheck deploy/check.sh deploy/check/install-tools.sh
else
  skip 'scripts of deploy/' shellcheck
fi

if ! have kube-linter; then echo 'LEFT OUT all that kube-linter checks: it is not here, and --strict does not need it'; fi
echo "$passed passed, $failed failed, $skipped skipped"
if [ "$failed" -gt 0 ]; then exit 1; fi
if [ "$strict" = true ] && [ "$skipped" -gt 0 ]; then
  echo 'nothing may be skipped with --strict' >&2
  exit 1
fi
