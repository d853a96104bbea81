#!/bin/sh
# SPDX-License-Identifier: MIT
# What README.md and the manual pages tell people to type is typed here: with a host made up from a
# recipe, and fakes of QEMU, virsh and ln, so that no VM is started. And links lead somewhere, and the
# picture is of the session beside it.
. "$(dirname "$0")/../support/lib.sh"
# shellcheck source=tests/golden/support/golden.sh
. "$SRCDIR/tests/golden/support/golden.sh"

unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX
printf 'host debian12\n' >"$T/host"
make_host "$T/root" "$T" "$T/host" || t_fail a_host_is_made debian12
mkdir -p "$T/bin" "$T/vm"
cat >"$T/vm.xml" <<-XML
	<domain type='qemu'>
	  <name>vm</name>
	  <memory unit='MiB'>64</memory>
	  <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>
	  <features><acpi/></features>
	</domain>
XML
ln -s "$SLIPWAY" "$T/bin/slipway"
for emulator in qemu-system-x86_64 qemu-img; do
	ln -s "$BUILD/obj/tests/integration/probe" "$T/bin/$emulator"
done
printf '#!/bin/sh\ncat "%s"\n' "$T/vm.xml" >"$T/bin/virsh"
printf '#!/bin/sh\necho linked "$@"\n' >"$T/bin/ln"
for name in semanage restorecon apparmor_parser; do cp "$T/bin/ln" "$T/bin/$name"; done
chmod +x "$T/bin"/*

# typed NAME COMMAND: in a folder with vm.xml; good if it is neither refused nor unknown
typed()
{
	rm -rf "$T/vm" && mkdir "$T/vm" && cp "$T/vm.xml" "$T/vm/"
	: >"$T/vm/disk.qcow2" && : >"$T/vm/disk.img"
	typed_name=$1 typed_command=$2 typed_status=0
	shift 2
	typed_firmware=$T/root/usr/share/OVMF/OVMF_CODE_4M.fd:$T/root/usr/share/OVMF/OVMF_VARS_4M.fd
	case $typed_command in
	*--root=*) typed_firmware= ;;
	esac
	(cd "$T/vm" && timeout 60 env PATH="$T/bin:$PATH" XDG_STATE_HOME="$T/state" SLIPWAY_NVRAM="$T/vm/VARS.fd" \
		SLIPWAY_FIRMWARE="$typed_firmware" sh -c "$typed_command") >"$T/out" 2>"$T/err" </dev/null || typed_status=$?
	case $typed_status:$typed_command in
	# the probe in QEMU's place says nothing that was expected; this host may lack something
	1:'slipway test '* | 1:'slipway doctor '*) ;;
	0:*) ;;
	*)
		if grep -q 'no UEFI firmware' "$T/err"; then
			t_skip "$typed_name" "'$typed_command' takes this host's firmware, and there is none"
			return
		fi
		t_fail "$typed_name" "'$typed_command' ended with $typed_status:"
		cat "$T/out" "$T/err"
		return
		;;
	esac
	t_ok "$typed_name: $typed_command"
}

# ---- README.md

awk '/^```sh$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$SRCDIR/README.md" |
	sed 's/  *#.*//' >"$T/commands"
t_true readme_has_commands test "$(wc -l <"$T/commands")" -ge 10
while IFS= read -r command <&3; do
	case $command in
	*slipway*) # nvram show wants a store that is there
		case $command in
		'slipway nvram show '*) command="slipway -q vm.xml >/dev/null && $command" ;;
		esac
		typed readme "$command"
		;;
	*)
		for word in $command; do
			case $word in
			./configure) t_true readme_has_configure test -x "$SRCDIR/configure" ;;
			--install-deps) t_true readme_has_its_option grep -q -e --install-deps "$SRCDIR/configure" ;;
			demo | check) t_true "readme_has_make_$word" grep -q "^$word:.*##" "$SRCDIR/Makefile" ;;
			make | '&&') ;;
			*) t_fail readme_has_known_commands "'$word' of '$command'" ;;
			esac
		done
		;;
	esac
done 3<"$T/commands"

# ---- the manual pages

# The displays of a page as text: lines that end in a backslash go on, mdoc's escapes are undone
displays() # PAGE
{
	awk '/^\.Bd -literal/ { inside = 1; next } /^\.Ed/ { inside = 0; print "" } inside
		sub(/^\.Dl /, "") { print; print "" }' "$SRCDIR/doc/$1" |
		sed 's/\\&//g; s/\\(aq/'"'"'/g; s/\\(dq/"/g; s/\\e/\\/g'
}
seen=0
for page in slipway.1 slipway.xml.5 slipway-policy.5 slipway-libvirt.7; do
	displays $page | sed -e :a -e '/\\$/N; s/\\\n */ /; ta' | sed "s,/mnt/image,$T/root," |
		grep -e '^slipway ' -e '^semanage ' -e '^restorecon ' >"$T/commands"
	while IFS= read -r command <&3; do
		typed $page "$command"
		seen=$((seen + 1))
	done 3<"$T/commands"
done
t_true pages_have_commands test $seen -ge 8

# What slipway-libvirt(7) shows of packages is what the packages have
displays slipway-libvirt.7 >"$T/shown"
while IFS= read -r line; do
	t_contains "page_shows_the_trigger_of_debian" "$line" "$T/shown"
done <<END
$(grep ^interest "$SRCDIR/examples/packaging/debian/slipway.triggers")
END
t_contains page_shows_the_trigger_of_rpm "$(grep ^%triggerin "$SRCDIR/examples/packaging/rpm/slipway.spec")" "$T/shown"
sed -n "/^if /,/^fi/p" "$T/shown" >"$T/postinst"
t_true page_shows_a_script sh -n "$T/postinst"
awk '/^<domain/ { inside = 1 } inside && !/^\.\.\.$/ { print } /^<\/domain>/ { inside = 0 }' "$T/shown" |
	sed 's,^<domain .*,&<name>vm</name><memory unit="MiB">64</memory><os><type arch="x86_64" machine="q35">hvm</type></os>,' \
		>"$T/shown.xml"
t_true page_shows_a_domain "$SLIPWAY" plan --accel=tcg --emulator="$T/bin/qemu-system-x86_64" "$T/shown.xml"
if why=$(t_missing apparmor_parser); then
	t_skip page_shows_rules_of_apparmor "$why"
else
	{ echo 'abi <abi/3.0>,' && echo '#include <tunables/global>' && echo 'profile shown {' &&
		sed -n 's,^\.Ql \(/.*\,\)$,\1,p' "$SRCDIR/doc/slipway-libvirt.7" && echo '}'; } >"$T/profile"
	t_contains page_shows_a_rule_of_apparmor ' rmix,' "$T/profile"
	t_true page_shows_rules_of_apparmor apparmor_parser -Q -K "$T/profile"
fi

# ---- CONTRIBUTING.md: its files are there, and its commits

# `launcher/plan/arguments_*.c`; not those with a name to be filled in
grep -o '`[a-z./]*/[^` ]*`' "$SRCDIR/CONTRIBUTING.md" | tr -d '`' | grep -v -e NAME -e '^\.\./' -e '^\./' |
	sort -u >"$T/named"
t_true contributing_names_files test "$(wc -l <"$T/named")" -ge 15
while IFS= read -r named; do
	# shellcheck disable=SC2086 # a pattern
	(cd "$SRCDIR" && ls -d $named) >"$T/out" 2>&1 || t_fail contributing_names_what_is_there "$named"
done <"$T/named"
if [ ! -e "$SRCDIR/.git" ] || [ "$(git -C "$SRCDIR" log --format=%s 2>/dev/null | wc -l)" -lt 20 ]; then
	t_skip contributing_names_commits 'no git, or not its whole history'
else
	git -C "$SRCDIR" log --format=%s >"$T/subjects"
	sed -n '/^| what/,/^$/p' "$SRCDIR/CONTRIBUTING.md" | grep -o '"[^"]*"' | tr -d '"' >"$T/named"
	while IFS= read -r named; do
		grep -qxF "$named" "$T/subjects" || t_fail contributing_names_commits "'$named' is not in the history"
	done <"$T/named"
	t_true contributing_has_commits test "$(wc -l <"$T/named")" -ge 8
fi

# ---- links, and the picture

for file in "$SRCDIR"/*.md "$SRCDIR"/examples/*.md "$SRCDIR"/examples/*/*.md; do
	grep -o '](\([^)#:]*\))' "$file" | sed 's/^](//; s/)$//' >"$T/links"
	while IFS= read -r link; do
		[ -e "$(dirname "$file")/$link" ] || t_fail links_lead_somewhere "${file#"$SRCDIR"/}: $link"
	done <"$T/links"
done
picture=$SRCDIR/doc/picture
sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/^/>$ /' "$picture/session.txt" >"$T/lines"
while IFS= read -r line; do
	t_contains the_picture_has_each_command "$line" "$picture/session.svg"
done <"$T/lines"
t_eq the_picture_has_nothing_of_the_machine '' "$(grep -o -e '/tmp[^<]*' -e '/home[^<]*' "$picture/session.svg")"
if why=$(t_missing script); then
	t_skip a_picture_can_be_drawn "$why"
else
	mkdir "$T/specs" && cp "$T/vm.xml" "$T/specs/"
	printf 'slipway --version\necho "a < b & c"\nprintf "\\033[2J\\033[01;01Hplaced\\r\\n"\npwd\n' >"$T/session"
	t_run sh "$picture/record.sh" "$SLIPWAY" "$T/specs" "$T/session"
	cp "$T/out" "$T/drawn.svg"
	t_contains a_picture_has_the_output ">slipway $(cat "$SRCDIR/VERSION")</text>" "$T/drawn.svg"
	t_contains a_picture_is_escaped '>a &lt; b &amp; c</text>' "$T/drawn.svg"
	t_contains a_picture_has_no_escapes '>placed</text>' "$T/drawn.svg"
	t_contains a_picture_has_a_home '>~/vm</text>' "$T/drawn.svg"
	if python3 -c '' 2>/dev/null; then
		t_true pictures_are_xml python3 -c 'import sys, xml.dom.minidom as m
for name in sys.argv[1:]: m.parse(name)' "$T/drawn.svg" "$picture/session.svg"
	else
		t_skip pictures_are_xml 'no python3'
	fi
fi
t_done
