#!/bin/bash
# The window, driven by keys and clicks: play, pause, step, restart, selection, resize, quit.
#
#   window_test.sh PROGRAM     fails where a tool is missing: ./lab test installs them
. "$(dirname "$0")/window_driver.sh"

open_window "$1" --task shapes

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

quit_window
