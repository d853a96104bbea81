#!/bin/sh
# SPDX-License-Identifier: MIT
# slipway@.service under a real systemd, in a clean system of its own (systemd-nspawn): the service is
# active once QEMU runs, its process is QEMU as the user slipway, and the guest boots.
. "$(dirname "$0")/../support/lib.sh"

make=${MAKE:-make}
image=$BUILD/examples/guest/hello-x86_64.img
if why=$(t_missing mmdebstrap systemd-nspawn); then
	t_skip the_service_runs_a_vm "$why"
	t_done
elif [ "$(id -u)" -ne 0 ]; then
	t_skip the_service_runs_a_vm 'not root'
	t_done
elif [ ! -e "$image" ]; then
	t_skip the_service_runs_a_vm 'the guest is not built: make guests'
	t_done
fi
clean=$T/clean
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
libraries=$(ldd "$SLIPWAY" | awk '$3 ~ /^\// { print $3 }' | xargs -n 1 basename |
	xargs -I@ dpkg-query -S '*/@' 2>/dev/null | sed 's/:.*//' | sort -u | tr '\n' ',')
if ! mmdebstrap --quiet --mode=root --variant=apt \
	--include="systemd,systemd-sysv,qemu-system-x86,ovmf,libxml2,$libraries" \
	"$suite" "$clean" >"$T/out" 2>"$T/err"; then
	t_skip the_service_runs_a_vm "no clean system: $(tail -n 1 "$T/err")"
	t_done
fi

t_true installs "$make" -C "$BUILD" install DESTDIR="$clean" prefix=/usr
t_true makes_the_user chroot "$clean" systemd-sysusers
mkdir -p "$clean/etc/slipway" "$clean/var/lib/slipway/images"
cp "$image" "$clean/var/lib/slipway/images/"
sed "s,guest/hello-x86_64.img,/var/lib/slipway/images/hello-x86_64.img,
	s,<serial type='stdio'/>,<serial type='file'><source path='/var/lib/slipway/hello.log'/></serial>," \
	"$SRCDIR/examples/hello.xml" >"$clean/etc/slipway/hello.xml"
chroot "$clean" chown -R slipway:slipway /var/lib/slipway

# What is run in there once it is up; its words are the facts
cat >"$clean/look.sh" <<'END'
exec >/facts 2>&1
systemctl start slipway@hello
echo "started $?"
pid=$(systemctl show slipway@hello -p MainPID --value)
echo "state $(systemctl show slipway@hello -p ActiveState --value)"
echo "process $(cat "/proc/$pid/comm") of $(stat -c %U "/proc/$pid")"
sed -n 's/^\(CapEff\|NoNewPrivs\|Seccomp\):[[:space:]]*/\1 /p' "/proc/$pid/status"
for _ in $(seq 120); do
	systemctl is-active --quiet slipway@hello || break
	sleep 1
done
echo "result $(systemctl show slipway@hello -p Result --value)"
tr -d '\r' </var/lib/slipway/hello.log
ls /var/lib/slipway/nvram
systemctl start slipway@none
journalctl --no-pager -u slipway@hello
systemctl poweroff
END
mkdir -p "$clean/etc/systemd/system/multi-user.target.wants"
printf '[Service]\nType=oneshot\nExecStart=/bin/sh /look.sh\n' >"$clean/etc/systemd/system/look.service"
printf '[Timer]\nOnBootSec=1s\nAccuracySec=1s\n' >"$clean/etc/systemd/system/look.timer"
ln -s ../look.timer "$clean/etc/systemd/system/multi-user.target.wants/look.timer"

timeout -k 10 400 systemd-nspawn -q -D "$clean" --machine="slipway-test-$$" --register=no --keep-unit -b \
	>"$T/out" 2>&1 </dev/null
if [ ! -e "$clean/facts" ]; then
	t_skip the_service_runs_a_vm "systemd does not start here: $(tail -n 1 "$T/out")"
	t_done
fi
for fact in 'started 0' 'state active' 'process qemu-system-x86 of slipway' 'CapEff 0000000000000000' \
	'NoNewPrivs 1' 'Seccomp 2' 'boot count 1' 'result success' hello_VARS.fd; do
	t_contains the_service_runs_a_vm "$fact" "$clean/facts"
done
t_done
