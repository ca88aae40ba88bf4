#!/bin/bash
# `attention-lab data get` with package tools of the test's own: a package is unpacked into the user's data folder
# with its licence, and where anything fails, nothing is left there.
#
#   data_test.sh PROGRAM
set -u
program=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "FAILED: $*"; cat "$folder/log"; exit 1; }

# A package that holds the installed data set, and an apt-get that "downloads" it.
data=$("$program" data | sed -n 's/^ *\(\/[^,]*\),.*/\1/p' | head -1)
[ -d "$data" ] || { touch "$folder/log"; fail "the data set is not installed; ./lab test installs it"; }
package=$folder/package
mkdir -p "$package/DEBIAN" "$package/usr/share/datasets/fashion-mnist" "$package/usr/share/doc/dataset-fashion-mnist"
cp "$data"/*.gz "$package/usr/share/datasets/fashion-mnist"
echo "as the maker wishes" > "$package/usr/share/doc/dataset-fashion-mnist/copyright"
printf 'Package: dataset-fashion-mnist\nVersion: 1\nArchitecture: all\nMaintainer: a test\nDescription: a test\n' > "$package/DEBIAN/control"
dpkg-deb --root-owner-group -Znone -b "$package" "$folder/package.deb" > "$folder/log" 2>&1 || fail "the package is built"
mkdir "$folder/bin"
cat > "$folder/bin/apt-get" <<SCRIPT
#!/bin/sh
[ "\$1 \$2" = "download dataset-fashion-mnist" ] && [ -z "\${NO_NETWORK:-}" ] || exit 100
cp "$folder/\${PACKAGE:-package.deb}" ./downloaded.deb
SCRIPT
chmod +x "$folder/bin/apt-get"

own=$folder/own
# get [NAME=VALUE...]: fetches into the test's own folder.
get() { env PATH="$folder/bin:$PATH" ATTENTION_LAB_DATA="$own" "$@" "$program" data get fashion-mnist --unpack > "$folder/log" 2>&1; }
clean() { [ -z "$(ls -A "$own" 2> /dev/null)" ]; }

get NO_NETWORK=1 && fail "a download that fails is a failure"
clean || fail "a download that fails leaves nothing"
grep -q "apt-get failed with exit code 100" "$folder/log" || fail "it says what failed"
echo "ok: a download that fails"

head -c 1000 "$folder/package.deb" > "$folder/cut.deb"
get PACKAGE=cut.deb && fail "a package that is cut short is a failure"
clean || fail "a package that is cut short leaves nothing"
echo "ok: a package that is cut short"

get || fail "the data set is fetched"
[ "$(tail -1 "$folder/log")" = "$own/fashion-mnist" ] || fail "it says where"
cmp -s "$data/train-labels-idx1-ubyte.gz" "$own/fashion-mnist/train-labels-idx1-ubyte.gz" || fail "the data is there, whole"
grep -q "as the maker wishes" "$own/fashion-mnist/LICENCE" || fail "the licence is beside it"
[ "$(ls "$own")" = fashion-mnist ] || fail "nothing else is left"
ATTENTION_LAB_DATA="$own" "$program" data | grep -q "$own/fashion-mnist, 30.9 MB" || fail "it is listed with its size"
echo "ok: fetched with its licence, and listed"

get NO_NETWORK=1 || fail "what is there is not fetched again"
echo "ok: what is there is not fetched again"

"$program" data get nothing > "$folder/log" 2>&1
[ $? = 2 ] || fail "an unknown name is a wrong call"
"$program" data get shapes > "$folder/log" 2>&1
[ $? = 1 ] && grep -q "the program generates it" "$folder/log" || fail "what is generated cannot be fetched"
echo "ok: wrong names"
