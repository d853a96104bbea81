#!/bin/sh
# SPDX-License-Identifier: MIT
# The life of a VM's variable store: made, used, shown, saved, reset, changed under the VM.
. "$(dirname "$0")/../support/lib.sh"
. "$(dirname "$0")/../support/nvram.sh"

store=$T/vm_VARS.fd

# nvram ACTION...: the subcommand with this VM's store
nvram()
{
	"$SLIPWAY" nvram "$@" --root="$root" --emulator="$probe" --nvram="$store" "$vm"
}

t_true a_first_start_makes_the_store slipway_vm "$store"
t_true the_store_is_the_template cmp "$store" "$template"
t_eq the_store_is_private 600 "$(stat -c %a "$store")"
t_contains the_record_has_the_code code=/usr/share/OVMF/OVMF_CODE_4M.fd "$store.slipway"
t_contains the_record_has_the_template template=/usr/share/OVMF/OVMF_VARS_4M.fd "$store.slipway"

printf guest | dd of="$store" conv=notrunc bs=1 seek=8192 2>/dev/null
cp "$store" "$T/used.fd"
t_true a_second_start_is_quiet slipway_vm "$store"
t_eq a_second_start_says_nothing "" "$(grep -v landlock "$T/err")"
t_true the_variables_live cmp "$store" "$T/used.fd"
t_contains the_second_start_hashes_the_code code-digest=blake2b-256: "$store.slipway"

t_true show_tells_where_it_came_from nvram show
t_contains show_names_the_code /usr/share/OVMF/OVMF_CODE_4M.fd "$T/out"
t_contains show_names_the_template /usr/share/OVMF/OVMF_VARS_4M.fd "$T/out"

t_true save_copies_the_store nvram save "$T/saved.fd"
t_true the_saved_copy_is_the_store cmp "$T/saved.fd" "$store"
t_refuses save_replaces_nothing 125 "it exists" nvram save "$T/saved.fd"

t_true reset_makes_a_new_store nvram reset
t_true the_new_store_is_the_template cmp "$store" "$template"
t_eq the_old_store_is_a_backup 1 "$(find "$T" -name 'vm_VARS.fd.bak-*Z' | wc -l)"
t_true the_backup_is_the_old_store cmp "$(find "$T" -name 'vm_VARS.fd.bak-*Z')" "$T/used.fd"

t_true a_start_with_reset_makes_a_new_store slipway_vm "$store" --reset-nvram
t_eq each_reset_has_its_backup 2 "$(find "$T" -name 'vm_VARS.fd.bak-*' | wc -l)"

# the firmware changes under the VM: told once
t_true a_start_before_the_update slipway_vm "$store"
printf update | dd of="$code" conv=notrunc bs=1 seek=70000 2>/dev/null
t_true a_start_after_the_update slipway_vm "$store"
t_contains an_update_is_told "has been updated since nvram" "$T/err"
t_true a_start_long_after_the_update slipway_vm "$store"
t_eq an_update_is_told_once "" "$(grep updated "$T/err")"
touch "$code"
t_true a_start_after_a_touch slipway_vm "$store"
t_eq a_touch_is_no_update "" "$(grep updated "$T/err")"

# the host's choice changes under the VM: what was recorded is kept, and said
pair=$root/usr/share/OVMF
chosen=$root/usr/share/qemu/firmware/40-other.json
drifted=$T/drifted.fd
t_true a_start_with_the_old_choice slipway_vm "$drifted"
cp "$code" "$pair/OTHER_CODE.fd"
cp "$template" "$pair/OTHER_VARS.fd"
cat >"$chosen" <<END
{"description": "other", "interface-types": ["uefi"], "mapping": {"device": "flash",
 "executable": {"filename": "/usr/share/OVMF/OTHER_CODE.fd", "format": "raw"},
 "nvram-template": {"filename": "/usr/share/OVMF/OTHER_VARS.fd", "format": "raw"}},
 "targets": [{"architecture": "x86_64", "machines": ["pc-q35-*"]}], "features": [], "tags": []}
END
t_true a_start_with_another_choice slipway_vm "$drifted"
t_contains the_vm_keeps_its_firmware "the VM keeps '/usr/share/OVMF/OVMF_CODE_4M.fd'" "$T/err"
t_contains the_kept_firmware_is_started /usr/share/OVMF/OVMF_CODE_4M.fd "$T/out"
t_true another_vm_takes_the_new_choice slipway_vm "$T/undrifted.fd"
t_contains the_new_choice_is_started /usr/share/OVMF/OTHER_CODE.fd "$T/out"
mv "$code" "$T/gone"
t_refuses kept_firmware_that_is_gone_is_refused 125 "--reset-nvram begins with new ones" \
	slipway_vm "$drifted"
mv "$T/gone" "$code"
rm "$chosen"
# a descriptor that is gone said of its CODE what the record goes on to say
sed -e 's/"features": \[\]/"features": ["secure-boot", "requires-smm"]/' -e 's/OTHER_/SECRET_/g' \
	>"$chosen" <<END
{"interface-types": ["uefi"], "mapping": {"device": "flash",
 "executable": {"filename": "/usr/share/OVMF/OTHER_CODE.fd", "format": "raw"},
 "nvram-template": {"filename": "/usr/share/OVMF/OTHER_VARS.fd", "format": "raw"}},
 "targets": [{"architecture": "x86_64", "machines": ["pc-q35-*"]}], "features": []}
END
mv "$pair/OTHER_CODE.fd" "$pair/SECRET_CODE.fd"
mv "$pair/OTHER_VARS.fd" "$pair/SECRET_VARS.fd"
t_true a_start_by_a_descriptor slipway_vm "$T/orphan.fd"
rm "$chosen" "$pair/SECRET_VARS.fd"
t_true a_start_without_the_descriptor slipway_vm "$T/orphan.fd"
t_contains orphaned_code_is_kept /usr/share/OVMF/SECRET_CODE.fd "$T/out"
t_contains orphaned_code_keeps_its_smm smm=on "$T/out"
t_contains orphaned_code_keeps_its_secure_flash property=secure,value=on "$T/out"
t_true an_orphan_starts_a_third_time slipway_vm "$T/orphan.fd"
t_contains an_orphan_stays_secure property=secure,value=on "$T/out"
printf 'half a record' >"$T/orphan.fd.slipway"
t_true a_start_with_a_broken_record slipway_vm "$T/orphan.fd"
t_contains a_broken_record_is_told 'was used with cannot be read' "$T/err"

# nothing of a template's rights goes over
chmod 0444 "$template"
t_true a_read_only_template_serves slipway_vm "$T/writable.fd"
t_eq its_copy_can_be_written 600 "$(stat -c %a "$T/writable.fd")"
chmod 0644 "$template"

# what is there is shown and saved where no firmware for it is
mv "$root" "$T/elsewhere"
mkdir "$root"
t_true a_store_is_shown_without_firmware nvram show
t_contains show_names_the_vm "name       vm-of-" "$T/out"
t_contains show_names_the_store "store      $store" "$T/out"
t_true a_store_is_saved_without_firmware nvram save "$T/saved-without.fd"
t_true what_was_saved_without_firmware_is_the_store cmp "$T/saved-without.fd" "$store"
t_refuses a_reset_needs_firmware 125 "fix: install UEFI firmware" nvram reset
rm -r "$root"
mv "$T/elsewhere" "$root"

# a uefi-vars store is JSON; names in it are the guest's
cat >"$T/vars.json" <<'END'
{"version": 2, "variables": [
 {"guid": "8be4df61-93ca-11d2-aa0d-00e098032b8c", "name": "BootOrder", "attr": 7, "data": "00000100"},
 {"guid": "8be4df61-93ca-11d2-aa0d-00e098032b8c", "name": "PK", "attr": 39, "data": "a159", "time": "00"},
 {"guid": "f0a30bc7-af08-4556-99c4-001009c93a44", "name": "SecureBootEnable", "attr": 3, "data": "01"},
 {"guid": "11111111-2222-3333-4444-555555555555", "name": "Esc\u001b]0;x\u0007", "attr": 3, "data": ""}]}
END
# shows FILE: the report about another store
shows()
{
	"$SLIPWAY" nvram show --root="$root" --emulator="$probe" --nvram="$1" "$vm"
}
t_true a_json_store_is_shown shows "$T/vars.json"
t_contains its_family_is_named "family     uefi-vars" "$T/out"
t_contains its_variables_are_listed \
	"variable   BootOrder-8be4df61-93ca-11d2-aa0d-00e098032b8c, 4 bytes, attributes 0x7" "$T/out"
t_contains its_secure_boot_is_told "secureboot keys are enrolled, enforced" "$T/out"
t_eq its_names_move_no_terminal 0 "$(LC_ALL=C grep -c "$(printf '\033')" "$T/out")"
sed 's/"data": "01"/"data": "00"/' "$T/vars.json" >"$T/off.json"
t_true a_json_store_with_secure_boot_off_is_shown shows "$T/off.json"
t_contains that_it_is_off_is_told "secureboot keys are enrolled, switched off" "$T/out"
echo '{"version": 2, "variables": []}' >"$T/empty.json"
t_true an_empty_json_store_is_shown shows "$T/empty.json"
t_contains without_keys_it_is_in_setup_mode "secureboot setup mode" "$T/out"
head -c 100 "$T/vars.json" >"$T/cut.json"
t_true a_json_store_that_is_cut_off_is_shown shows "$T/cut.json"
t_contains that_it_is_cut_off_is_told "problem    $T/cut.json:2: not JSON" "$T/out"
echo '{"variables": [{"name": 7}]}' >"$T/odd.json"
t_true an_odd_json_store_is_shown shows "$T/odd.json"
t_contains what_is_odd_is_told "problem    $T/odd.json#/variables/0/name" "$T/out"

# a VM without a store in a file has nothing to show, to save or to reset
sed "s|</type>|</type><nvram type='network'><source protocol='nbd' name='vars'><host name='nbd.example'/></source></nvram>|" \
	"$vm" >"$T/network.xml"
for action in show reset "save $T/network.fd"; do
	# shellcheck disable=SC2086 # a word or two
	t_refuses "a_network_store_has_no_${action%% *}" 125 "are at 'nbd://nbd.example/vars'" \
		"$SLIPWAY" nvram $action --root="$root" --emulator="$probe" "$T/network.xml"
done
t_refuses a_network_store_is_not_reset 125 "--reset-nvram makes files alone" \
	"$SLIPWAY" --root="$root" --emulator="$probe" --reset-nvram "$T/network.xml"

# the password of a store over iSCSI is in a file, and reaches QEMU in one without a name
cat >"$T/tell-secret" <<'END'
#!/bin/sh
for word; do case $word in secret,*file=*) cat "${word##*file=}" ;; esac; done
END
chmod +x "$T/tell-secret"
sed "s|</type>|</type><nvram type='network'><source protocol='iscsi' name='iqn.2026-01.example:vars'><host name='iscsi.example'/><auth username='vm'><secret type='iscsi' usage='store of vm'/></auth></source></nvram>|" \
	"$vm" >"$T/chap.xml"
# with_secret: a start of it, of a user who is not root: root's secrets are the host's
with_secret()
{
	if [ "$(id -u)" = 0 ]; then set -- setpriv --reuid=65534 --regid=65534 --clear-groups; else set --; fi
	"$@" env XDG_CONFIG_HOME="$T/config" XDG_STATE_HOME="$T/nobody" XDG_RUNTIME_DIR="$T/nobody" \
		"$T/slipway" --sandbox=off --quiet --root="$root" --emulator="$T/tell-secret" "$T/chap.xml"
}
t_copy_slipway "$T"
mkdir -p "$T/config/slipway/secrets"
mkdir -m 0777 "$T/nobody"
chmod 0755 "$T"
if [ "$(id -u)" = 0 ] && why=$(t_missing setpriv); then
	t_skip a_missing_secret_is_refused_with_its_place "$why"
	t_skip a_secret_reaches_qemu "$why"
else
	t_refuses a_missing_secret_is_refused_with_its_place 125 \
		"cannot open secret '$T/config/slipway/secrets/store of vm': No such file or directory; write" \
		with_secret
	echo 'open sesame' >"$T/config/slipway/secrets/store of vm"
	t_run with_secret
	t_eq a_secret_reaches_qemu 'open sesame' "$(cat "$T/out")"
fi

sed "s|firmware='efi'||" "$vm" >"$T/bios.xml"
t_refuses a_bios_has_no_store 125 "keeps no variables" \
	"$SLIPWAY" nvram show --root="$root" --emulator="$probe" "$T/bios.xml"
t_true a_reset_of_no_store_starts "$SLIPWAY" --root="$root" --emulator="$probe" --reset-nvram "$T/bios.xml"
t_contains a_reset_of_no_store_is_told "--reset-nvram has no effect" "$T/err"
t_refuses an_ephemeral_store_is_not_shown 125 "is gone when the VM ends" \
	"$SLIPWAY" nvram show --root="$root" --emulator="$probe" --nvram=ephemeral "$vm"
t_refuses an_unknown_action_is_refused 125 "what is to be done is missing" nvram wipe
t_refuses a_missing_operand_is_named 125 "the operands are PATH SPEC.xml" \
	"$SLIPWAY" nvram save "$vm"

ln -s "$T/nowhere" "$T/dangling.fd"
t_refuses a_dangling_link_is_refused 125 "remove the link" slipway_vm "$T/dangling.fd"
t_eq nothing_is_made_behind_a_link "" "$(ls "$T/nowhere" 2>/dev/null)"
ln -s "$store" "$T/link.fd"
t_refuses a_link_is_refused 125 "links are not followed here" slipway_vm "$T/link.fd"
mkdir "$T/directory.fd"
t_refuses a_directory_is_no_store 125 "directory.fd" slipway_vm "$T/directory.fd"

t_true an_ephemeral_start slipway_vm ephemeral
t_eq an_ephemeral_start_leaves_nothing "" "$(find "$T/state" -type f 2>/dev/null)"
t_eq no_temporary_is_left "" "$(find "$T" -name '.*slipway-*')"

t_done
