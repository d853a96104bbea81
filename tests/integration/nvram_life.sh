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
