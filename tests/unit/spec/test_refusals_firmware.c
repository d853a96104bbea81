/* SPDX-License-Identifier: MIT */
/* Refusals, whole: what is wrong with <os>: libvirt's rules, and more. */
#include "unit/spec/reading.h"

static const struct refusal refusals[] = {
	{"a_bios_has_no_nvram_template",
		WITH_OS("<os firmware='bios'><type arch='x86_64'>hvm</type>\n<nvram "
			"template='/a'/></os>"),
		"vm.xml:3: <nvram> with firmware='bios'; a BIOS keeps no variables, write "
		"firmware='efi' or "
		"leave <nvram> out"},
	{"a_vm_needs_an_os", WITH_OS(""), "vm.xml:1: <domain> without <os><type>hvm</type></os>"},
	{"an_os_needs_a_type", WITH_OS("<os/>"), "vm.xml:2: <os> without <type>hvm</type>"},
	{"the_type_is_hvm", WITH_OS("<os><type>xen</type></os>"),
		"vm.xml:2: <type> cannot be 'xen'; write hvm: QEMU runs fully virtual machines"},
	{"an_architecture_is_known", WITH_OS("<os><type arch='s390x'>hvm</type></os>"),
		"vm.xml:2: architecture 's390x' is not supported; it can be x86_64, i686, aarch64, "
		"armv7l, riscv64 or loongarch64"},
	{"firmware_is_bios_or_efi", WITH_OS("<os firmware='uboot'><type>hvm</type></os>"),
		"vm.xml:2: firmware of <os> cannot be 'uboot'; it can be 'bios', 'efi'"},
	{"keys_need_secure_boot",
		WITH_OS("<os firmware='efi'><type arch='x86_64' "
			"machine='q35'>hvm</type>\n<firmware><feature name='enrolled-keys' "
			"enabled='yes'/><feature name='secure-boot' "
			"enabled='no'/></firmware></os><features><acpi/></features>"),
		"vm.xml:3: feature 'enrolled-keys' is wanted and 'secure-boot' (line 3) is not; "
		"keys are of use to secure boot only: set both to yes, or enrolled-keys to no"},
	{"a_firmware_feature_is_said_once",
		WITH_OS("<os firmware='efi'><type arch='x86_64' "
			"machine='q35'>hvm</type>\n<firmware><feature name='secure-boot' "
			"enabled='yes'/>\n<feature name='secure-boot' "
			"enabled='no'/></firmware></os><features><acpi/></features>"),
		"vm.xml:4: second <feature name='secure-boot'>, the first is in line 3"},
	{"a_feature_is_yes_or_no",
		WITH_OS("<os firmware='efi'><type arch='x86_64' "
			"machine='q35'>hvm</type>\n<firmware><feature name='secure-boot' "
			"enabled='maybe'/></firmware></os><features><acpi/></features>"),
		"vm.xml:3: enabled of <feature> cannot be 'maybe'; it can be 'yes', 'no'"},
	{"a_bios_has_no_nvram",
		WITH_OS("<os firmware='bios'><type "
			"arch='x86_64'>hvm</type>\n<nvram>/a</nvram></os>"),
		"vm.xml:3: <nvram> with firmware='bios'; a BIOS keeps no variables, write "
		"firmware='efi' or leave <nvram> out"},
	{"features_choose_where_there_is_a_choice",
		WITH_OS("<os><type arch='x86_64'>hvm</type>\n<firmware><feature name='secure-boot' "
			"enabled='no'/></firmware></os>"),
		"vm.xml:3: a firmware <feature> without <os firmware='efi'>; features choose among "
		"firmware, and there is no choice without it"},
	{"a_loader_needs_a_path",
		WITH_OS("<os><type arch='x86_64'>hvm</type>\n<loader "
			"type='pflash'/></os><features><acpi/></features>"),
		"vm.xml:3: <loader> without a path; write <os firmware='efi'> to have a firmware "
		"chosen, or name the file in <loader>"},
	{"nvram_needs_a_loader", WITH_OS("<os><type arch='x86_64'>hvm</type>\n<nvram/></os>"),
		"vm.xml:3: <nvram> without a <loader>; write <os firmware='efi'> to have a "
		"firmware chosen, or name the file in <loader>"},
	{"stateless_has_no_template",
		WITH_OS("<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type>\n<loader "
			"stateless='yes'/><nvram template='/t'/></os><features><acpi/></features>"),
		"vm.xml:3: template of <nvram> with a <loader> that is stateless; leave one of "
		"them out"},
	{"stateless_has_no_nvram",
		WITH_OS("<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type>\n<loader "
			"stateless='yes'/><nvram>/t</nvram></os><features><acpi/></features>"),
		"vm.xml:3: <nvram> with a <loader> that is stateless, which keeps no variables; "
		"leave one of them out"},
	{"only_flash_has_a_state",
		WITH_OS("<os><type arch='x86_64'>hvm</type>\n<loader stateless='no' "
			"type='rom'>/a</loader></os>"),
		"vm.xml:3: stateless='no' needs type='pflash'; only flash keeps variables"},
	{"a_bios_has_no_state",
		WITH_OS("<os firmware='bios'><type arch='x86_64'>hvm</type>\n<loader "
			"stateless='no'/></os>"),
		"vm.xml:3: stateless='no' with firmware='bios'; a BIOS keeps no variables"},
	{"uefi_needs_acpi_on_x86",
		WITH_OS("<os firmware='efi'><type arch='x86_64' "
			"machine='q35'>hvm</type></os>\n<features><apic/></features>"),
		"vm.xml:3: UEFI needs ACPI on x86_64; add <acpi/> to <features>"},
	{"acpi_needs_uefi_on_arm",
		WITH_OS("<os><type arch='aarch64'>hvm</type></os>\n<features><acpi/></features>"),
		"vm.xml:3: ACPI needs UEFI on aarch64; write <os firmware='efi'>, or leave <acpi/> "
		"out"},
	{"smm_needs_q35",
		WITH_OS("<os><type arch='x86_64' machine='pc'>hvm</type>\n<loader type='pflash' "
			"secure='yes'>/a</loader></os><features><acpi/><smm/></features>"),
		"vm.xml:3: secure='yes' needs SMM, which only the machine 'q35' has for it"},
	{"smm_is_x86_only",
		WITH_OS("<os><type arch='aarch64' machine='virt'>hvm</type>\n<loader type='pflash' "
			"secure='yes'>/a</loader></os><features><acpi/></features>"),
		"vm.xml:3: secure='yes' on aarch64; SMM protects variables on x86_64 only"},
	{"secure_needs_smm",
		WITH_OS("<os><type arch='x86_64' machine='q35'>hvm</type>\n<loader type='pflash' "
			"secure='yes'>/a</loader></os><features><acpi/></features>"),
		"vm.xml:3: secure='yes' needs SMM; add <smm state='on'/> to <features>"},
	{"nvram_is_no_directory",
		WITH_OS("<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type>\n<nvram "
			"type='dir'><source dir='/a'/></nvram></os><features><acpi/></features>"),
		"vm.xml:3: attribute 'dir' of <source> is not supported\nvm.xml:3: element "
		"<source> in <nvram> means nothing here\nvm.xml:3: type of <nvram> cannot be "
		"'dir'; it can be 'file', 'block', 'network'"},
	{"nvram_has_one_path",
		WITH_OS("<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type>\n<nvram "
			"type='file'>/a<source "
			"file='/b'/></nvram></os><features><acpi/></features>"),
		"vm.xml:3: <nvram> has a type= and a path as its text; put the path into <source>"},
	{"a_source_needs_a_type",
		WITH_OS("<os firmware='efi'><type arch='x86_64' "
			"machine='q35'>hvm</type>\n<nvram><source "
			"file='/b'/></nvram></os><features><acpi/></features>"),
		"vm.xml:3: element <source> in <nvram> means nothing here"},
	{"nvram_has_no_backing_store",
		WITH_OS("<os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type>\n<nvram "
			"type='file'><source "
			"file='/b'/><backingStore/></nvram></os><features><acpi/></features>"),
		"vm.xml:3: element <backingStore> in <nvram> is not supported"},
	{"variables_are_in_one_place",
		WITH_OS("<os firmware='efi'><type arch='x86_64' "
			"machine='q35'>hvm</type>\n<nvram>/a</nvram>\n<varstore "
			"path='/b'/></os><features><acpi/></features>"),
		"vm.xml:4: <varstore> and <nvram> (line 3); firmware keeps its variables in one of "
		"them"},
	{"a_boot_device_is_known", WITH_OS("<os><type>hvm</type>\n<boot dev='usb'/></os>"),
		"vm.xml:3: dev of <boot> cannot be 'usb'; it can be 'hd', 'cdrom', 'network', "
		"'fd'"},
	{"an_initrd_needs_a_kernel", WITH_OS("<os><type>hvm</type>\n<initrd>/i</initrd></os>"),
		"vm.xml:2: <initrd> without <kernel>"},
	{"the_host_s_smbios_is_not_copied",
		WITH_OS("<os><type>hvm</type>\n<smbios mode='host'/></os>"),
		"vm.xml:3: mode of <smbios> cannot be 'host'; write mode='sysinfo' and the values "
		"in <sysinfo type='smbios'>"},
	{"smbios_needs_its_tables", WITH_OS("<os><type>hvm</type>\n<smbios mode='sysinfo'/></os>"),
		"vm.xml:3: <smbios mode='sysinfo'> without <sysinfo type='smbios'>"},
};

int main(void)
{
	return run_refusals(refusals, ARRAY_COUNT(refusals));
}
