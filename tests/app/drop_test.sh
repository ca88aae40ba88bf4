#!/bin/bash
# Files dropped on the window: a picture is looked at, a text and lines with answers are learnt from, a saved run goes
# on, and what is none of these is refused.
#
#   drop_test.sh PROGRAM     $LAB_DROP_FILE lets go of a file over a window (tests/tools/drop_file.cpp)
. "$(dirname "$0")/window_driver.sh"
program=$1

drop() { "$LAB_DROP_FILE" "$window" "$1" || fail "the window takes $1"; }

"$program" train --task shapes --lane dense --steps 7 --save "$folder/some.run" > "$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
convert -size 90x60 gradient:black-white "$folder/a picture, 图.png"
for _ in $(seq 300); do echo "to be or not to be, that is the question"; done > "$folder/a text.txt"
for letter in a b c d e f g h i j; do for more in k l m n o p q r s t; do printf '%s%s\t%s\n' $letter $more $more; done; done > "$folder/lines.tsv"
head -c 5000 /dev/zero > "$folder/zeros.bin"

open_window "$program" --task shapes
until_true 60 "training runs" beyond 2
key space; until_true 10 "space pauses" titled paused
sleep 1

expect_change "a dropped picture is looked at" drop "$folder/a picture, 图.png"
before=$(step)
expect_change "zeros are refused in a sentence" drop "$folder/zeros.bin"
at_step "$before" && titled paused || fail "what is refused changes nothing"
key Escape

drop "$folder/some.run"; until_true 30 "a dropped run goes on where it was" at_step 7
echo "ok: a dropped run goes on where it was"
drop "$folder/a text.txt"; until_true 30 "a dropped text is learnt from" titled "a text"
echo "ok: a dropped text is learnt from"
quit_window

open_window "$program" --task sort
until_true 60 "training runs" beyond 2
drop "$folder/lines.tsv"; until_true 30 "dropped lines with answers are learnt from" titled "lines"
echo "ok: dropped lines with answers are learnt from"
quit_window
