#!/usr/bin/env bash
# The drill of adoption and rollback, on a PostgreSQL of its own that it starts and deletes: plan, migrate, serve beside the original,
# roll back, return. The original's statements go on all the time. Exits with 1 when a step does not do what docs/operations.md says.
#
#   deploy/drill.sh [COMPOSES]   composes of the adopted database, 20000 by default
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/node_modules/.bin:$PATH"
exec node scripts/reliability.ts drill --composes "${1:-20000}"
