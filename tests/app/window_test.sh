#!/bin/bash
# A real window on a display of its own (Xvfb), driven by keys and clicks (xdotool): play, pause,
# step, restart, selection, resize, quit. What happened is read from the window's title and pixels.
#
#   window_test.sh PROGRAM     fails where a tool is missing: ./lab test installs them
set -u
program=$1
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

XDG_PICTURES_DIR=$folder "$program" --task shapes --window-width 1280 --window-height 800 --ui-scale 1 2> "$folder/log" &
lab=$!
find_window() { window=$(xdotool search --onlyvisible --pid "$lab" --name "Attention Lab" 2> /dev/null | head -1); [ -n "$window" ]; }
focused() { xdotool windowfocus "$window" 2> /dev/null; [ "$(xdotool getwindowfocus 2> /dev/null)" = "$window" ]; }
until_true 30 "a window opens" find_window
until_true 30 "the window takes the focus" focused

until_true 60 "training runs at once" beyond 2
echo "ok: training runs at once"

key space; until_true 10 "space pauses" titled paused
before=$(step); sleep 1
[ "$(step)" = "$before" ] || fail "no step is made while paused"
echo "ok: space pauses"

key Right; until_true 20 "the right arrow makes one step" at_step $((before + 1))
sleep 0.5; at_step $((before + 1)) || fail "the right arrow makes one step only"
echo "ok: the right arrow makes one step"

key space; until_true 20 "space plays" beyond $((before + 3))
key space; until_true 10 "space pauses again" titled paused
echo "ok: space plays"

key r; until_true 30 "R restarts" at_step 0
echo "ok: R restarts"

click 52 26; until_true 20 "the Train button trains" titled training
click 52 26; until_true 10 "the Pause button pauses" titled paused
echo "ok: the buttons train and pause"

sleep 1
expect_change "C selects the class token" key c
expect_change "the arrow down shows the next picture" key Down
expect_change "H shows one head" key h
expect_change "a click on a patch selects it" click 300 276
expect_change "Ctrl and an arrow move to the next patch" key ctrl+Right
expect_change "J chooses a setting" key j
key j; key j
expect_change "the equals sign raises the learning rate" key equal
expect_change "G makes the losses logarithmic" key g
expect_change "A adds a lane and opens its editor" key a
before=$(step)
expect_change "the arrows walk through the editor" key Right
expect_change "space takes what they reached" key space
at_step "$before" && titled paused || fail "keys of an open editor do not train"
expect_change "Esc closes the editor" key Escape
expect_change "Backspace discards the changes" key BackSpace
expect_change "? opens the list of keys" key question
expect_change "Esc closes it" key Escape
expect_change "F11 presents" key F11
expect_change "F11 ends presenting" key F11

key F12; until_true 20 "F12 writes a picture of the window" test -s "$folder/window-step-$(step).png"
[ "$(identify -format '%w %h' "$folder/window-step-$(step).png")" = "1280 800" ] || fail "the picture is as large as the window"
key Escape
echo "ok: F12 writes a picture of the window"

before=$(step)
key ctrl+o; sleep 0.5; xdotool type --window "$window" " r/nowhere"; key Return; sleep 0.5
at_step "$before" && titled paused || fail "keys typed into a field are text, not commands"
key Escape
echo "ok: typing is not commanding"

for size in "800 500" "400 300" "1400 900"; do
  xdotool windowsize --sync "$window" $size
  sleep 0.5; picture "${size% *}"
  [ "$(identify -format '%w %h' "$folder/${size% *}.png")" = "$size" ] || fail "the window takes the size $size"
  [ "$(identify -format '%k' "$folder/${size% *}.png")" -gt 50 ] || fail "the window draws at the size $size"
done
kill -0 "$lab" || fail "it survives being resized"
echo "ok: resizing"

key ctrl+q
for _ in $(seq 100); do kill -0 "$lab" 2> /dev/null || break; sleep 0.1; done
kill -0 "$lab" 2> /dev/null && fail "Ctrl+Q quits"
wait "$lab"; status=$?; lab=
[ "$status" = 0 ] || { cat "$folder/log"; echo "FAILED: it quits with $status"; exit 1; }
echo "ok: Ctrl+Q quits"
