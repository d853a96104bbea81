#!/bin/sh
# SPDX-License-Identifier: MIT
# The walls between the rooms stand, and each is seen to fall: in a copy of the tree a violation is
# planted, and the check must say so.
. "$(dirname "$0")/../support/lib.sh"

fence() # FOLDER TARGET...
{
	folder=$1
	shift
	t_run "${MAKE:-make}" -C "$folder" "$@"
}

for check in link pure includes headers; do
	t_true "fence_${check}_holds" "${MAKE:-make}" -C "$BUILD" "check-$check"
done

# The copy is built in a folder with the objects of this build (both keep their times), so that only
# what is planted gets compiled.
t_copy_sources "$T/tree" || exit 1
mkdir "$T/build"
cp -pR "$BUILD/obj" "$BUILD/config.mak" "$T/build"
mkdir "$T/build/policy"
cp -p "$BUILD/policy/table.c" "$T/build/policy"
echo "include $T/tree/Makefile" >"$T/build/Makefile"
echo "srcdir = $T/tree" >>"$T/build/config.mak"
touch -r "$BUILD/config.mak" "$T/build/config.mak"

# planted NAME FILE TARGET WORDS TEXT: FILE with TEXT makes TARGET fail with WORDS, and without it
# TARGET passes again
planted()
{
	printf '%s\n' "$5" >"$T/tree/$2"
	fence "$T/build" "$3"
	rm "$T/tree/$2"
	if [ "$t_status" -eq 0 ]; then
		t_fail "$1" "make $3 passed with it"
		return
	fi
	cat "$T/out" "$T/err" >"$T/said"
	if ! grep -q -e "$4" "$T/said"; then
		t_fail "$1" "make $3 failed, but not with '$4'"
		cat "$T/said"
		return
	fi
	fence "$T/build" "$3"
	if [ "$t_status" -eq 0 ]; then
		t_ok "$1"
	else
		t_fail "$1" "make $3 fails without it too"
		cat "$T/out" "$T/err"
	fi
}

# ---- link: a call into a room that may not be used, past all headers

calls() # FUNCTION
{
	cat <<-END
		void call(void) __asm__("$1");
		void planted(void);
		void planted(void)
		{
		    call();
		}
	END
}

while read -r room function whose; do
	planted "${room}_calling_${whose}_does_not_link" "launcher/$room/planted.c" "obj/fence/$room" \
		"undefined reference.*$function" "$(calls "$function")"
done <<'END'
base spec_free  spec
spec host_free  host
host spec_free  spec
plan host_free  host
act  plan_free  plan
host xmlFreeDoc libxml2
act  json_object_put json_c
END

# ---- pure: an effect in the plan, from libc, from json-c, through base

for function in open getenv puts json_object_to_file file_read; do
	planted "plan_calling_${function}_is_not_pure" launcher/plan/planted.c check-pure \
		"planted.o calls $function:" "$(calls "$function")"
done

# ---- includes: a header of another room, a library of another room

while read -r name folder header; do
	planted "$name" "$folder/planted.c" check-includes \
		"$folder/planted.c:1: .*may not include" "#include $header"
done <<'END'
spec_may_not_include_host               launcher/spec "host/host.h"
host_may_not_include_spec               launcher/host "spec/spec.h"
plan_may_include_only_the_types_of_spec launcher/plan "spec/planted.h"
act_may_not_include_spec                launcher/act  "spec/spec.h"
act_may_include_only_the_types_of_plan  launcher/act  "plan/planted.h"
base_may_not_include_plan               launcher/base "plan/plan.h"
rooms_may_not_include_the_door          launcher/spec "options.h"
spec_may_not_include_json_c             launcher/spec <json-c/json.h>
host_may_not_include_libxml2            launcher/host <libxml/parser.h>
plan_may_not_include_libseccomp         launcher/plan <seccomp.h>
door_may_not_include_libseccomp         launcher      <seccomp.h>
END
planted computed_includes_are_refused launcher/spec/planted.c check-includes \
	'planted.c:2: a computed #include' "$(printf '#define H "host/host.h"\n#include H')"
planted includes_do_not_climb launcher/spec/planted.c check-includes \
	'planted.c:1: includes go by' '#include "../host/host.h"'

# ---- headers: one that needs another to be included first

planted a_header_that_leans_on_another_is_found launcher/base/planted.h check-headers \
	size_t 'size_t planted(void);'

t_done
