#!/bin/sh
# SPDX-License-Identifier: MIT
# examples/: each file says what it is, is listed, and does what it says. That each spec has its plan
# is seen by tests/golden; here those are booted that the guest of this tree can boot.
. "$(dirname "$0")/../support/lib.sh"

examples=$SRCDIR/examples
guests=$BUILD/examples/guest
seconds=180 # for a boot under TCG on a slow machine
export XDG_STATE_HOME="$T/state" XDG_RUNTIME_DIR="$T/run"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM SLIPWAY_SANDBOX

# ---- what each file says of itself

for file in "$examples"/*.xml "$examples"/*/*.xml; do
	name=${file#"$examples"/}
	case $(head -n 1 "$file") in
	'<!-- '*) ;;
	*) t_fail each_spec_says_what_it_is "$name does not begin with a comment" ;;
	esac
	sed '/-->/q' "$file" | grep -q 'slipway' || t_fail each_spec_says_how_to_run_it "$name"
done
for file in "$examples"/*.* "$examples"/migrating/* "$examples"/systemd/*@*; do
	name=${file#"$examples"/}
	case $name in
	README.md | demo.sh) continue ;;
	esac
	grep -qF "($name)" "$examples/README.md" || t_fail each_example_is_listed "$name is not in README.md"
done
t_ok examples_were_looked_at

# ---- coming from elsewhere

# A fake of the program that a script calls: says its arguments, one a line
fake() # NAME
{
	mkdir -p "$T/bin"
	printf '#!/bin/sh\nprintf "%%s\\n" "$@"\n' >"$T/bin/$1"
	chmod +x "$T/bin/$1"
}

# both NAME TEXT-BEFORE TEXT-AFTER: what the script asked for, and what the plan has for it
both()
{
	t_contains "$1_before" "$2" "$T/before"
	t_contains "$1_after" "$3" "$T/after"
}

plan_of() # SPEC
{
	t_run "$SLIPWAY" plan --accel=tcg --emulator=/usr/bin/qemu-system-x86_64 --format=json \
		--root="$T/host" "$examples/migrating/$1.xml"
	cp "$T/out" "$T/after"
	t_eq "$1_is_planned" 0 "$t_status"
}

# a host with one firmware
mkdir -p "$T/host/usr/share/OVMF" "$T/before.d"
truncate -s 3653632 "$T/host/usr/share/OVMF/OVMF_CODE_4M.fd"
truncate -s 540672 "$T/host/usr/share/OVMF/OVMF_VARS_4M.fd"

fake qemu-system-x86_64
: >"$T/before.d/web_VARS.fd"
t_run sh -c 'cd "$1" && PATH=$2:$PATH sh "$3"' sh "$T/before.d" "$T/bin" "$examples/migrating/shell-script.sh"
cp "$T/out" "$T/before"
t_eq shell_script_runs 0 "$t_status"
plan_of shell-script
both memory 4096 'size=4194304k'
both processors 4 'cpus=4,'
both port 'hostfwd=tcp:127.0.0.1:8080-:80' 'hostfwd=tcp:127.0.0.1:8080-:80'
both disk "/web.qcow2" "/web.qcow2"
both variables "/web_VARS.fd" "/web_VARS.fd"
sed 's/^exec /exec "$SLIPWAY" exec --dry-run -- /' "$examples/migrating/shell-script.sh" >"$T/script.sh"
t_run sh -c 'cd "$1" && PATH=$2:$PATH sh "$3"' sh "$T/before.d" "$T/bin" "$T/script.sh"
t_eq shell_script_with_slipway_in_front 0 "$t_status"
t_contains shell_script_keeps_its_words 'hostfwd=tcp:127.0.0.1:8080-:80' "$T/out"

fake systemd-vmspawn
t_run env PATH="$T/bin:$PATH" sh "$examples/migrating/vmspawn.sh"
cp "$T/out" "$T/before"
plan_of vmspawn
both vmspawn_memory ram=2G 'size=2097152k'
both vmspawn_processors cpus=2 'cpus=2,'
both vmspawn_tpm tpm=yes tpm-crb
both vmspawn_image /image.raw /image.raw

cp "$examples/migrating/quickemu.conf" "$T/before"
t_true quickemu_conf_is_one sh -n "$T/before"
plan_of quickemu
both quickemu_memory 'ram="4G"' 'size=4194304k'
both quickemu_processors 'cpu_cores="4"' 'cpus=4,'
both quickemu_port 'ssh_port="22220"' 'hostfwd=tcp::22220-:22'
both quickemu_disk 'desktop/disk.qcow2' 'desktop/disk.qcow2'

fake virt-install
t_run env PATH="$T/bin:$PATH" sh "$examples/migrating/virt-install.sh" --print-xml
t_contains virt_install_is_asked_for_xml '--print-xml' "$T/out"
cp "$T/out" "$T/before"
plan_of virt-install
both virt_install_memory 2048 'size=2097152k'
both virt_install_disk mail.qcow2 mail.qcow2

# ---- the seed of a cloud image

echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA somebody' >"$T/key.pub"
t_refuses a_seed_needs_a_key 125 'usage: cloud-seed.sh' sh "$examples/cloud-seed.sh" "$T/seed.img"
if why=$(t_missing mformat mcopy mtype mlabel); then
	t_skip a_seed_is_made "$why"
else
	t_true a_seed_is_made sh "$examples/cloud-seed.sh" "$T/seed.img" "$T/key.pub" box
	t_run mlabel -s -i "$T/seed.img" ::
	t_contains the_seed_has_the_label CIDATA "$T/out"
	t_run mtype -i "$T/seed.img" ::user-data
	t_contains the_seed_has_the_key 'AAAAC3NzaC1lZDI1NTE5AAAA somebody' "$T/out"
	t_run mtype -i "$T/seed.img" ::meta-data
	t_contains the_seed_has_the_name 'local-hostname: box' "$T/out"
fi

# ---- booted

# boots NAME TEXT PROGRAM...: the example boots with this tree's guest and shows TEXT; $options: more
options=
boots()
{
	boots_name=$1 boots_text=$2
	shift 2
	if why=$(t_missing qemu-system-x86_64 "$@"); then
		t_skip "booted: $boots_name" "$why"
	elif [ ! -e /usr/share/OVMF/OVMF_CODE_4M.fd ]; then
		t_skip "booted: $boots_name" 'no /usr/share/OVMF/OVMF_CODE_4M.fd'
	elif [ ! -e "$guests/hello-x86_64.img" ]; then
		t_skip "booted: $boots_name" 'the guest is not built: make guests'
	else
		# shellcheck disable=SC2086 # several, or none
		t_true "booted: $boots_name" "$SLIPWAY" test --accel=tcg --nvram=ephemeral --timeout="$seconds" $options \
			--expect="$boots_text" "$T/examples/$boots_name.xml"
	fi
}

mkdir -p "$T/examples/images"
ln -sfn "$guests" "$T/examples/guest"
for name in stateless direct-kernel secure-boot tpm cloud-image bios iso-install; do
	cp "$examples/$name.xml" "$T/examples/"
done
# a TPM's state is root's own, hence a name nobody has
sed -i "s,<name>tpm<,<name>slipway-test-$$<," "$T/examples/tpm.xml"
[ "$(id -u)" -ne 0 ] || trap 'rm -rf "/var/lib/slipway/tpm2/slipway-test-$$" "/run/slipway/slipway-test-$$"
	chmod -R u+rwX "$T" 2>/dev/null; rm -rf "$T"' EXIT
boots stateless 'boot count 1'
boots direct-kernel 'boot count 1'
boots secure-boot 'failed to load Boot0001 .*Access Denied'
boots tpm 'boot count 1' swtpm swtpm_setup
if [ -e "$T/seed.img" ] && [ -z "$(t_missing qemu-img)" ] && [ -e "$guests/hello-x86_64.img" ]; then
	qemu-img convert -f raw -O qcow2 "$guests/hello-x86_64.img" "$T/examples/images/cloud.qcow2"
	cp "$T/seed.img" "$T/examples/images/"
	sed -i "s,start='2222',start='$((20000 + $$ % 20000))'," "$T/examples/cloud-image.xml"
	boots cloud-image 'boot count 1'
else
	t_skip 'booted: cloud-image' 'needs mtools, qemu-img and the guest'
fi
# a boot sector that writes to the first serial line: mov si, text; mov dx, 3f8h; lodsb and out until 0
{
	printf '\276\020\174\272\370\003\254\204\300\164\003\356\353\370\364\000old system\r\n'
	head -c $((510 - 16 - 12)) /dev/zero
	printf '\125\252'
	head -c 65024 /dev/zero
} >"$T/examples/images/old.img"
boots bios 'old system'
if why=$(t_missing xorriso qemu-img); then
	t_skip 'booted: iso-install' "$why"
else
	# an installer's CD: the guest's file system is its EFI image (El Torito)
	mkdir "$T/cd"
	cp "$guests/hello-x86_64.img" "$T/cd/efi.img"
	xorriso -as mkisofs -quiet -e efi.img -no-emul-boot -o "$T/examples/images/install.iso" "$T/cd" 2>/dev/null
	qemu-img create -q -f qcow2 "$T/examples/images/disk.qcow2" 1G
	options=--secure-boot=no # the guest is not signed
	boots iso-install 'boot count 1'
fi
t_done
