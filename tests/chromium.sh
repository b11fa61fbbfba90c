#!/bin/sh
# Makes sure that a browser for the browser tests is here: installs Debian's chromium where that is allowed.
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
  exit $?
fi
echo "No chromium found: the browser tests will be skipped. Install one with your package manager, for example:"
echo "  sudo apt-get install chromium      # Debian, Ubuntu"
echo "  brew install --cask chromium       # macOS"
