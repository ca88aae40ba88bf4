# Sourced by the tests that drive the program in a real window on a display of its own (Xvfb) by keys and clicks
# (xdotool). What happened is read from the window's title and pixels.
#
#   open_window PROGRAM ARG...    starts it, waits until its window has the focus; $folder is the test's own
#   quit_window                   Ctrl+Q; fails where the program does not end well
set -u
window=

for tool in Xvfb xdotool import compare; do
  command -v "$tool" > /dev/null || { echo "$tool is not installed; ./lab test installs it"; exit 1; }
done

folder=$(mktemp -d)
cleanup() {
  [ -n "${lab:-}" ] && kill "$lab" 2> /dev/null
  [ -n "${server:-}" ] && kill "$server" 2> /dev/null
  rm -rf "$folder"
}
trap cleanup EXIT

Xvfb -displayfd 3 -screen 0 1400x900x24 -nolisten tcp 3> "$folder/display" > /dev/null 2>&1 &
server=$!
for _ in $(seq 100); do [ -s "$folder/display" ] && break; sleep 0.1; done
export DISPLAY=:$(cat "$folder/display")

fail() { echo "FAILED: $*; the title is '$(title)'"; exit 1; }
title() { xdotool getwindowname "$window" 2> /dev/null; }
step() { local digits; digits=$(title | sed -n 's/.*step \([0-9,]*\).*/\1/p'); digits=${digits//,/}; echo "${digits:-0}"; }
picture() { import -window "$window" "$folder/$1.png"; }

# until SECONDS WHAT COMMAND...: waits until the command succeeds.
until_true() {
  local seconds=$1 what=$2; shift 2
  for _ in $(seq $((seconds * 10))); do "$@" && return; sleep 0.1; done
  fail "$what"
}
titled() { title | grep -q "$1"; }
beyond() { [ "$(step)" -gt "$1" ]; }
at_step() { [ "$(step)" = "$1" ]; }
changed() { picture after; [ "$(compare -metric AE "$folder/before.png" "$folder/after.png" null: 2>&1 | sed 's/[ (].*//; s/[.].*//')" != 0 ]; }
key() { xdotool key --window "$window" "$1"; }
# expect_change WHAT COMMAND...: the pixels change (the run is paused, so nothing else does).
expect_change() {
  local what=$1; shift
  picture before; "$@"; until_true 10 "$what" changed
  echo "ok: $what"
}
# Clicks, and moves the mouse where it hovers over nothing.
click() { xdotool mousemove --window "$window" "$1" "$2" click 1 sleep 0.2 mousemove --window "$window" 640 57; }


open_window() {
  XDG_PICTURES_DIR=$folder "$@" --window-width 1280 --window-height 800 --ui-scale 1 2> "$folder/log" &
  lab=$!
  until_true 30 "a window opens" find_window
  until_true 30 "the window takes the focus" focused
}
find_window() { window=$(xdotool search --onlyvisible --pid "$lab" --name "Attention Lab" 2> /dev/null | head -1); [ -n "$window" ]; }
focused() { xdotool windowfocus "$window" 2> /dev/null; [ "$(xdotool getwindowfocus 2> /dev/null)" = "$window" ]; }

quit_window() {
  local status
  key ctrl+q
  for _ in $(seq 100); do kill -0 "$lab" 2> /dev/null || break; sleep 0.1; done
  kill -0 "$lab" 2> /dev/null && fail "Ctrl+Q quits"
  wait "$lab"; status=$?; lab=
  [ "$status" = 0 ] || { cat "$folder/log"; echo "FAILED: it quits with $status"; exit 1; }
  echo "ok: Ctrl+Q quits"
}
