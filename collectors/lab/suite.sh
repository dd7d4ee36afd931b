# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Packages of the Debian suite that a kernel series comes from, through a private apt state directory: the host's apt
# sources stay untouched. Sourced; the caller defines unavailable(), which ends it.
#
# suite_open SERIES WORK     sets suite; WORK is an empty directory that the caller removes
# suite_update               reads the package lists (a suite that is not there shows as no package)
# suite_archive              adds Debian's archive, where suites go that the mirrors drop; fails if there is none for it
# suite_dependencies PACKAGE what it depends on, recursively
# suite_download PACKAGE...  unpacks them into WORK/root; the last words of apt are in WORK/apt.log

suite_mirror() {  # suffix: '' or -security; the machine's own mirror, as its apt configuration names it
  # shellcheck disable=SC2016  # the $(…) are apt's
  apt-get indextargets --format '$(ORIGIN)|$(COMPONENT)|$(RELEASE)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -F'|' -v suffix="$1" '$1 == "Debian" && $2 == "main" && $3 ~ ("^[a-z]+" suffix "$") && !found++ { print $4 }'
}

suite_open() {
  suite_work=$2
  case $1 in
    5.10) suite=bullseye ;;
    6.1) suite=bookworm ;;
    6.12) suite=trixie ;;
    *) suite=sid ;;
  esac
  local mirror security keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  mirror=$(suite_mirror ''); mirror=${mirror:-http://deb.debian.org/debian}
  security=$(suite_mirror -security); security=${security:-${mirror%/}-security}
  [[ -f $keyring ]] || unavailable "$keyring is missing; run collectors/lab/setup"
  # A suite past its support is no longer re-signed, so its signature's date says nothing.
  suite_options="signed-by=$keyring"
  [[ $suite == bullseye ]] && suite_options+=" check-valid-until=no"
  {
    echo "deb [$suite_options] $mirror $suite main"
    [[ $suite == sid ]] || echo "deb [$suite_options] $security $suite-security main"
  } >"$suite_work/sources.list"
  mkdir -p "$suite_work"/{state/lists/partial,cache/archives/partial,debs,root}
  : >"$suite_work/status"
  suite_apt=(-q -q -o "Dir::State=$suite_work/state" -o "Dir::State::status=$suite_work/status"
    -o "Dir::Cache=$suite_work/cache" -o "Dir::Etc::sourcelist=$suite_work/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null -o Acquire::Languages=none
    -o Acquire::Retries=2 -o APT::Sandbox::User=root -o APT::Architecture=amd64 -o APT::Architectures::=amd64)
}

suite_update() { apt-get "${suite_apt[@]}" update >"$suite_work/apt.log" 2>&1 || true; }

suite_archive() {
  [[ $suite == bullseye ]] || return 1
  printf 'deb [%s] http://archive.debian.org/%s main\n' "$suite_options" "debian bullseye" \
    "$suite_options" "debian-security bullseye-security" >>"$suite_work/sources.list"
}

suite_dependencies() {
  apt-cache "${suite_apt[@]}" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances "$1" 2>/dev/null | sed -n 's/^  *Depends: *//p' | sort -u
}

suite_download() {
  (cd "$suite_work/debs" && apt-get "${suite_apt[@]}" download "$@") >"$suite_work/apt.log" 2>&1 || return
  local deb
  for deb in "$suite_work"/debs/*.deb; do dpkg-deb -x "$deb" "$suite_work/root"; done
}
