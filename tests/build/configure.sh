#!/bin/sh
# SPDX-License-Identifier: MIT
# configure: what must fail, by name and with the way out; what packagers pass; what is installed.
. "$(dirname "$0")/../support/lib.sh"

configure=$SRCDIR/configure
cc=${CC:-cc} pkg_config=$(command -v pkg-config || command -v pkgconf)
unset CC CFLAGS CPPFLAGS LDFLAGS AR NM AWK PKG_CONFIG CONFIGURE_DRY_RUN
mkdir "$T/b" "$T/bin"
cd "$T/b" || exit 1

# Distributions, as their os-release(5) says
os_release() # NAME
{
	case $1 in
	debian) echo 'ID=debian; PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"' ;;
	ubuntu) echo 'ID=ubuntu; ID_LIKE=debian' ;;
	mint) echo 'ID=linuxmint; ID_LIKE="ubuntu debian"' ;;
	fedora) echo 'ID=fedora' ;;
	rocky) echo 'ID="rocky"; ID_LIKE="rhel centos fedora"' ;;
	arch) echo 'ID=arch' ;;
	opensuse) echo 'ID="opensuse-tumbleweed"; ID_LIKE="opensuse suse"' ;;
	alpine) echo 'ID=alpine' ;;
	unheard-of) echo 'ID=unheard-of' ;;
	esac | tr ';' '\n' >"$T/os-release"
	CONFIGURE_OS_RELEASE=$T/os-release
	export CONFIGURE_OS_RELEASE
}

# ---- arguments

t_refuses unknown_argument_is_named 1 "unknown argument '--foo'; see ./configure --help" \
	"$configure" --foo
t_refuses word_alone_is_refused 1 "unknown argument 'fast'" "$configure" fast
t_refuses unknown_variable_is_refused 1 "unknown argument 'CXX=g++'" "$configure" CXX=g++
t_refuses misspelt_feature_is_refused 1 "'--enable-sanitizer'" "$configure" --enable-sanitizer
t_refuses unknown_install_deps_is_refused 1 "'--install-deps=some'" "$configure" --install-deps=some
t_refuses relative_prefix_is_refused 1 "'--prefix' needs an absolute path, not 'usr'" \
	"$configure" --prefix=usr
t_refuses prefix_with_blank_is_refused 1 "'/my programs'" "$configure" "--prefix=/my programs"
t_refuses static_sanitizers_are_refused 1 'exclude each other' \
	"$configure" --enable-static --enable-sanitizers
t_eq refused_configure_writes_nothing '' "$(ls)"

mkdir "$T/a folder"
cd "$T/a folder" || exit 1
t_refuses folder_with_blank_is_refused 1 'make cannot build in' "$configure"
cd "$T/b" || exit 1

t_run "$configure" --help
t_eq help_exits_0 0 "$t_status"
t_contains help_names_install_deps '--install-deps' "$T/out"
t_run "$configure" --version
t_eq version_is_the_file_s "slipway configure $(cat "$SRCDIR/VERSION")" "$(cat "$T/out")"

# ---- host architecture and compiler

t_refuses unsupported_host_is_named 1 "host architecture 'sparc64'; there are: x86_64" \
	"$configure" --host=sparc64-unknown-linux-gnu
native=$(sed -n 's/^host_arch = //p' "$BUILD/config.mak")
foreign=aarch64
[ "$native" != aarch64 ] || foreign=x86_64
t_refuses compiler_of_another_host_is_found_out 1 "is $foreign, but '$cc' compiles for $native" \
	"$configure" --host=$foreign-linux-gnu CC="$cc"
printf '%s\n' '#!/bin/sh' 'case "$*" in *-dumpmachine*) echo sparc64-linux-gnu ;; esac' >"$T/bin/sparc-cc"
printf '%s\n' '#!/bin/sh' 'case "$*" in *-std=c17*) exit 1;; esac' >"$T/bin/old-cc"
chmod +x "$T/bin/sparc-cc" "$T/bin/old-cc"
t_refuses compiler_for_unsupported_host_is_named 1 "host architecture 'sparc64-linux-gnu'" \
	"$configure" CC="$T/bin/sparc-cc"
os_release debian
t_refuses broken_compiler_is_named 1 "compiler 'false' cannot make a program: see config.log" \
	"$configure" CC=false
t_contains broken_compiler_names_the_package 'apt-get install gcc' "$T/err"
t_refuses absent_compiler_is_named 1 "compiler 'no-such-cc' is not there" "$configure" CC=no-such-cc
t_refuses compiler_without_c17_is_named 1 'does not know C17' "$configure" CC="$T/bin/old-cc"
t_refuses bad_flags_are_the_compilers_business 1 'see config.log' \
	"$configure" CC="$cc" CFLAGS=--no-such-flag
t_contains config_log_has_the_compilers_words 'no-such-flag' config.log

# ---- libraries: a pkg-config that does not know one of them

cat >"$T/bin/pkg-config" <<END
#!/bin/sh
case "\$*" in
*"\$WITHOUT"*) exit 1 ;;
esac
exec $pkg_config "\$@"
END
chmod +x "$T/bin/pkg-config"

# without LIBRARY MODULE DISTRIBUTION COMMAND
without()
{
	os_release "$3"
	WITHOUT="$2 >="
	export WITHOUT
	t_refuses "missing_$1_names_the_package_on_$3" 1 ": $4" \
		"$configure" CC="$cc" PKG_CONFIG="$T/bin/pkg-config"
}

without libxml2 libxml-2.0 debian 'apt-get install libxml2-dev'
without libxml2 libxml-2.0 ubuntu 'apt-get install libxml2-dev'
without libxml2 libxml-2.0 mint 'apt-get install libxml2-dev'
without libxml2 libxml-2.0 fedora 'dnf install libxml2-devel'
without libxml2 libxml-2.0 rocky 'dnf install libxml2-devel'
without libxml2 libxml-2.0 arch 'pacman -S libxml2'
without libxml2 libxml-2.0 opensuse 'zypper install libxml2-devel'
without libxml2 libxml-2.0 alpine 'apk add libxml2-dev'
without json-c json-c debian 'apt-get install libjson-c-dev'
without json-c json-c fedora 'dnf install json-c-devel'
without json-c json-c arch 'pacman -S json-c'
without json-c json-c opensuse 'zypper install libjson-c-devel'
without json-c json-c alpine 'apk add json-c-dev'
without libseccomp libseccomp debian 'apt-get install libseccomp-dev'
without cmocka cmocka fedora 'dnf install libcmocka-devel'
t_contains missing_library_is_named 'cmocka is missing (pkg-config: cmocka >= ' "$T/err"
t_contains missing_library_names_install_deps 'configure --install-deps' "$T/err"
os_release debian
WITHOUT=none t_refuses library_without_header_is_missing 1 'libxml2 is missing' \
	"$configure" CC="$cc" CPPFLAGS=-nostdinc PKG_CONFIG="$T/bin/pkg-config"
t_refuses absent_pkg_config_names_the_package 1 'apt-get install pkg-config' \
	"$configure" CC="$cc" PKG_CONFIG=no-such-pkg-config
t_refuses absent_awk_names_the_package 1 'apt-get install mawk' \
	"$configure" CC="$cc" AWK=no-such-awk

# ---- --install-deps: what it would run

installs() # DISTRIBUTION COMMAND PACKAGE...
{
	distribution=$1 command=$2
	shift 2
	os_release "$distribution"
	CONFIGURE_DRY_RUN=1 t_run "$configure" --install-deps
	t_eq "install_deps_on_${distribution}_ends_well" 0 "$t_status"
	t_contains "install_deps_on_${distribution}_is_unattended" "running: $command " "$T/out"
	lacking=
	for package; do
		grep -q -e "running: .* $package\( \|$\)" "$T/out" || lacking="$lacking $package"
	done
	t_eq "install_deps_on_${distribution}_has_all" '' "$lacking"
}

[ "$(id -u)" -eq 0 ] || sudo=$(command -v sudo || command -v doas)
if [ "$(id -u)" -eq 0 ] || [ -n "${sudo-}" ]; then
	root=${sudo:+$sudo }
	installs debian "${root}apt-get install -y --no-install-recommends" gcc libc6-dev make pkg-config \
		libxml2-dev libjson-c-dev libseccomp-dev libcmocka-dev clang lld mtools qemu-system-x86 musl-tools \
		qemu-system-arm qemu-utils ovmf qemu-efi-aarch64 seabios
	t_contains apt_updates_first "running: ${root}apt-get update" "$T/out"
	installs fedora "${root}dnf install -y" gcc make pkgconf-pkg-config libxml2-devel json-c-devel \
		libseccomp-devel libcmocka-devel clang lld mtools qemu-system-x86-core \
		qemu-system-aarch64-core qemu-img edk2-ovmf edk2-aarch64 seabios-bin
	installs arch "${root}pacman -S --needed --noconfirm" gcc make pkgconf libxml2 json-c libseccomp \
		cmocka clang lld mtools qemu-system-x86 qemu-system-aarch64 qemu-img edk2-ovmf edk2-aarch64
	installs opensuse "${root}zypper install -y" gcc make pkg-config libxml2-devel libjson-c-devel \
		libseccomp-devel libcmocka-devel clang lld mtools qemu-x86 qemu-arm qemu-tools \
		qemu-ovmf-x86_64 qemu-uefi-aarch64
	installs alpine "${root}apk add" gcc musl-dev make pkgconf libxml2-dev json-c-dev libseccomp-dev \
		cmocka-dev clang lld mtools qemu-system-x86_64 qemu-system-aarch64 qemu-img ovmf aavmf
	os_release debian
	CONFIGURE_DRY_RUN=1 t_run "$configure" --install-deps=build
	t_contains install_deps_build_has_libraries libjson-c-dev "$T/out"
	t_eq install_deps_build_has_no_qemu '' "$(grep qemu "$T/out")"
else
	t_skip install_deps_names_packages 'neither root nor sudo nor doas'
fi
mkdir "$T/no-manager"
for program in dirname cat sed tr grep sh id; do ln -s "$(command -v $program)" "$T/no-manager"; done
os_release unheard-of
PATH=$T/no-manager t_refuses install_deps_without_a_manager_lists_by_hand 1 'install by hand:' \
	"$configure" --install-deps
unset CONFIGURE_OS_RELEASE

# ---- what must pass

t_true everything_packagers_pass "$configure" CC="$cc" --prefix=/usr "--exec-prefix=\${prefix}" \
	--bindir=/usr/bin --sbindir=/usr/sbin --libexecdir=/usr/libexec --sysconfdir=/etc \
	--datarootdir=/usr/share --datadir=/usr/share --mandir=/usr/share/man --infodir=/usr/share/info \
	"--includedir=\${prefix}/include" "--libdir=\${prefix}/lib/x" --localstatedir=/var \
	--runstatedir=/run --sharedstatedir=/var/lib --docdir=/usr/share/doc/slipway --htmldir=/usr/h \
	--localedir=/usr/share/locale --build="$native-linux-gnu" --target="$native-linux-gnu" \
	--disable-silent-rules --disable-dependency-tracking --disable-option-checking \
	--disable-maintainer-mode --disable-static --disable-nls --disable-rpath --with-sysroot=/ \
	--program-prefix= --cache-file=config.cache CFLAGS='-O2 -g -DQUOTED="a b"' LDFLAGS=-Wl,-z,now
t_eq disable_silent_rules_shows_commands 'V ?= 1' "$(grep '^V' config.mak)"
t_contains hardening_is_on_by_default '-fstack-protector-strong' config.mak
t_true another_packager_s_fortify_stands "$configure" CC="$cc" CPPFLAGS=-D_FORTIFY_SOURCE=2
t_eq fortify_is_not_set_twice '' "$(grep base_cflags config.mak | grep FORTIFY)"
t_true hardening_can_be_left_out "$configure" CC="$cc" --disable-hardening
t_eq without_hardening_there_is_none '' "$(grep -e '-fstack-protector' config.mak)"
WITHOUT='cmocka >=' t_true tests_can_be_left_out "$configure" CC="$cc" --disable-tests \
	PKG_CONFIG="$T/bin/pkg-config"
t_refuses check_without_cmocka_says_so 2 'configured with --disable-tests' "${MAKE:-make}" check

echo 'all:' >"$T/own" && mkdir "$T/own-makefile" && cp "$T/own" "$T/own-makefile/Makefile"
cd "$T/own-makefile" || exit 1
t_refuses a_makefile_of_somebody_else_stays 1 'a Makefile of its own' "$configure" CC="$cc"
t_true and_it_is_unchanged cmp Makefile "$T/own"

t_done
