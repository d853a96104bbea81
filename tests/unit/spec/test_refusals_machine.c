/* SPDX-License-Identifier: MIT */
/* Refusals, whole: what is wrong with a machine. */
#include "unit/spec/reading.h"

static const struct refusal refusals[] = {
	{"a_machine_is_no_option",
		WITH_OS("<os><type arch='x86_64' machine='dumpdtb=/tmp/x'>hvm</type></os>"),
		"vm.xml:2: machine 'dumpdtb=/tmp/x': QEMU has no such name"},
	{"a_cpu_model_is_no_option", WITH("<cpu>\n<model>qemu64,pmu=on</model></cpu>"),
		"vm.xml:2: <model> 'qemu64,pmu=on': QEMU has no such name"},
	{"a_cpu_feature_is_no_option",
		WITH("<cpu>\n<model>qemu64</model>\n<feature name='a=b,c'/></cpu>"),
		"vm.xml:4: <feature> 'a=b,c': QEMU has no such name"},
	{"a_cpu_s_vendor_is_no_option",
		WITH("<cpu>\n<model vendor_id='Genuine,a=on'>qemu64</model></cpu>"),
		"vm.xml:2: vendor_id of <model> 'Genuine,a=on': QEMU has no such name"},
	{"hyper_v_s_vendor_is_no_option",
		WITH("<features>\n<hyperv>\n<vendor_id state='on' value='a,b=on'/></hyperv>"
		     "</features>"),
		"vm.xml:4: <vendor_id> of <hyperv> 'a,b=on': QEMU has no such name"},
	{"a_pinned_vcpu_is_there",
		WITH("<vcpu>2</vcpu>\n<cputune><vcpupin vcpu='2' cpuset='0'/></cputune>"),
		"vm.xml:3: <vcpupin> for vCPU 2, the last one is 1"},
	{"a_known_attribute_has_no_namespace_either",
		WITH("<vcpu x:current='1' xmlns:x='http://example.org/'>2</vcpu>"),
		"vm.xml:2: attribute 'current' of <vcpu> is not supported"},
	{"a_vm_needs_a_type",
		"<domain>\n<name>vm</name><memory>1024</memory><os><type arch='x86_64' "
		"machine='q35'>hvm</type></os></domain>",
		"vm.xml:1: <domain> without attribute 'type': write type='kvm' or type='qemu'"},
	{"xen_is_no_type",
		"<domain type='xen'>\n<name>vm</name><memory>1024</memory><os><type arch='x86_64' "
		"machine='q35'>hvm</type></os></domain>",
		"vm.xml:1: type of <domain> cannot be 'xen'; slipway runs QEMU only: type='kvm' or "
		"type='qemu'"},
	{"a_vm_needs_a_name",
		"<domain type='kvm'>\n<memory>1024</memory><os><type arch='x86_64' "
		"machine='q35'>hvm</type></os></domain>",
		"vm.xml:1: the VM has no name; add <name>"},
	{"an_empty_name_is_no_name",
		"<domain type='kvm'>\n<name> </name><memory>1024</memory><os><type arch='x86_64' "
		"machine='q35'>hvm</type></os></domain>",
		"vm.xml:2: the VM has no name; add <name>"},
	{"a_name_has_no_slash",
		"<domain type='kvm'>\n<name>../vm</name><memory>1024</memory><os><type "
		"arch='x86_64' machine='q35'>hvm</type></os></domain>",
		"vm.xml:2: <name> '../vm' has a '/', which file names made from it cannot have"},
	{"there_is_one_name",
		"<domain type='kvm'>\n<name>a</name>\n<name>b</name><memory>1024</memory><os><type "
		"arch='x86_64' machine='q35'>hvm</type></os></domain>",
		"vm.xml:3: second <name> in <domain>, the first is in line 2; there can be one "
		"only"},
	{"a_vm_needs_memory",
		"<domain type='kvm'>\n<name>vm</name><os><type arch='x86_64' "
		"machine='q35'>hvm</type></os></domain>",
		"vm.xml:1: the VM has no memory; add <memory unit='GiB'>"},
	{"memory_is_a_number",
		"<domain type='kvm'>\n<name>vm</name><memory>lots</memory><os><type arch='x86_64' "
		"machine='q35'>hvm</type></os></domain>",
		"vm.xml:2: <memory>: 'lots' is not a number"},
	{"memory_is_not_negative",
		"<domain type='kvm'>\n<name>vm</name><memory>-1</memory><os><type arch='x86_64' "
		"machine='q35'>hvm</type></os></domain>",
		"vm.xml:2: <memory>: '-1' is not a number"},
	{"memory_is_not_zero",
		"<domain type='kvm'>\n<name>vm</name><memory>0</memory><os><type arch='x86_64' "
		"machine='q35'>hvm</type></os></domain>",
		"vm.xml:2: <memory> is 0"},
	{"memory_does_not_overflow",
		"<domain type='kvm'>\n<name>vm</name><memory unit='EiB'>16</memory><os><type "
		"arch='x86_64' machine='q35'>hvm</type></os></domain>",
		"vm.xml:2: <memory>: 16 × 1152921504606846976 bytes is more than 64 bits hold"},
	{"memory_has_a_known_unit",
		"<domain type='kvm'>\n<name>vm</name><memory unit='parsec'>1</memory><os><type "
		"arch='x86_64' machine='q35'>hvm</type></os></domain>",
		"vm.xml:2: <memory>: unit 'parsec' is not known; it can be b, KiB, MiB, GiB, TiB "
		"and others"},
	{"a_uuid_has_32_digits", WITH("<uuid>1234</uuid>"),
		"vm.xml:2: <uuid> '1234' is not a UUID of 32 hexadecimal digits"},
	{"there_is_a_vcpu", WITH("<vcpu>0</vcpu>"),
		"vm.xml:2: <vcpu> cannot be '0'; it can be 1 to 4096"},
	{"no_more_vcpus_at_start_than_there_are", WITH("<vcpu current='3'>2</vcpu>"),
		"vm.xml:2: current of <vcpu> is more than 2"},
	{"nobody_places_vcpus", WITH("<vcpu placement='auto'>2</vcpu>"),
		"vm.xml:2: placement of <vcpu> 'auto' is not supported; give the host CPUs with "
		"cpuset="},
	{"an_unknown_element_is_named", WITH("<frobnicate/>"),
		"vm.xml:2: element <frobnicate> in <domain> is not supported"},
	{"another_namespace_is_not_known", WITH("<x:y xmlns:x='http://example.org/'/>"),
		"vm.xml:2: element <y> in <domain> is not supported; slipway knows no elements of "
		"its namespace"},
	{"a_prefix_must_be_declared", WITH("<qemu:commandline/>"),
		"vm.xml:2: element <qemu:commandline> in <domain> is not supported; its prefix is "
		"not declared; add xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' to "
		"<domain>"},
	{"qemu_override_is_not_known",
		WITH("<q:override xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'/>"),
		"vm.xml:2: element <override> in <domain> is not supported; write the properties "
		"with <qemu:arg value='-set'/> or '-global'"},
	{"attributes_have_no_namespace", WITH("<features x:a='1' xmlns:x='http://example.org/'/>"),
		"vm.xml:2: attribute 'a' of <features> is not supported"},
	{"text_belongs_where_text_is_read", WITH("<features>acpi</features>"),
		"vm.xml:2: text 'acpi' in <features> is not supported"},
	{"an_environment_name_has_no_equals_sign",
		WITH("<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><q:env "
		     "name='a=b' value='c'/></q:commandline>"),
		"vm.xml:2: name of <env> has a '='"},
	{"the_topology_has_all_vcpus",
		WITH("<vcpu>4</vcpu>\n<cpu><topology sockets='1' cores='2' threads='1'/></cpu>"),
		"vm.xml:3: <topology> has 2 CPUs, <vcpu> says 4; make them equal"},
	{"a_custom_cpu_has_a_model", WITH("<cpu mode='custom'/>"),
		"vm.xml:2: <cpu mode='custom'> without a <model>"},
	{"the_host_s_cpu_has_no_model",
		WITH("<cpu mode='host-passthrough'><model>qemu64</model></cpu>"),
		"vm.xml:2: <cpu mode='host-passthrough'> with <model> 'qemu64'; a model goes with "
		"mode='custom'"},
	{"a_cpu_set_is_complete", WITH("<vcpu cpuset='0-'>1</vcpu>"),
		"vm.xml:2: '0-' is not a set of CPUs such as '0-3,8,^2'"},
	{"a_vcpu_is_pinned_once",
		WITH("<cputune><vcpupin vcpu='0' cpuset='1'/>\n<vcpupin vcpu='0' "
		     "cpuset='2'/></cputune>"),
		"vm.xml:3: vCPU 0 has its CPUs from line 2 already"},
	{"a_timezone_is_named", WITH("<clock offset='timezone'/>"),
		"vm.xml:2: <clock> needs offset='timezone' and timezone= together"},
	{"a_timer_is_there_once",
		WITH("<clock offset='utc'><timer name='rtc'/>\n<timer name='rtc'/></clock>"),
		"vm.xml:3: second <timer name='rtc'>, the first is in line 2"},
	{"a_timer_is_known", WITH("<clock offset='utc'><timer name='sundial'/></clock>"),
		"vm.xml:2: name of <timer> 'sundial' is not supported; it can be 'rtc', 'pit', "
		"'hpet', 'kvmclock', 'hypervclock', 'tsc', 'armvtimer'"},
	{"a_state_is_on_or_off", WITH("<features><vmport state='no'/></features>"),
		"vm.xml:2: state of <vmport> cannot be 'no'; it can be 'on', 'off'"},
	{"huge_pages_are_no_file",
		WITH("<memoryBacking><hugepages/><source type='file'/></memoryBacking>"),
		"vm.xml:2: <hugepages> and <source type='file'>; huge pages are memory, not a file "
		"of one's own"},
	{"cells_have_all_of_the_memory",
		WITH("<cpu><numa><cell cpus='0' memory='512'/></numa></cpu>"),
		"vm.xml:1: <memory> is 1048576 bytes, the NUMA cells together have 524288"},
	{"qemu_does_not_start_itself", WITH("<on_poweroff>restart</on_poweroff>"),
		"vm.xml:2: <on_poweroff> 'restart' is not supported; QEMU cannot start a guest "
		"that powered itself off; a service manager can start slipway again"},
	{"sev_needs_a_policy", WITH("<launchSecurity type='sev'/>"),
		"vm.xml:2: <launchSecurity> without <policy>"},
	{"tdx_has_no_cbitpos",
		WITH("<launchSecurity type='tdx'><cbitpos>47</cbitpos></launchSecurity>"),
		"vm.xml:2: element <cbitpos> in <launchSecurity> means nothing here"},
	{"s390_is_not_known", WITH("<launchSecurity type='s390-pv'/>"),
		"vm.xml:2: type of <launchSecurity> cannot be 's390-pv'; it can be 'sev', "
		"'sev-snp', 'tdx'"},
	{"qemu_s_own_fwcfg_names_are_safe",
		WITH("<sysinfo type='fwcfg'><entry name='etc/x'>y</entry></sysinfo>"),
		"vm.xml:2: name of <entry>: 'etc/x' does not begin with 'opt/'; other names are "
		"QEMU's own"},
	{"a_fwcfg_entry_is_text_or_file",
		WITH("<sysinfo type='fwcfg'><entry name='opt/x' file='/y'>y</entry></sysinfo>"),
		"vm.xml:2: <entry> needs either a text or attribute 'file'"},
	{"limits_are_not_ours", WITH("<memtune><hard_limit unit='G'>1</hard_limit></memtune>"),
		"vm.xml:2: element <memtune> in <domain> is not supported; limits on a process are "
		"a service manager's: 'systemd-run --user --scope -p CPUQuota=… -p MemoryMax=… "
		"slipway …'"},
};

int main(void)
{
	return run_refusals(refusals, ARRAY_COUNT(refusals));
}
