/* SPDX-License-Identifier: MIT */
#include "act/notify.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/attr.h"
#include "base/file.h"

static struct error *read_address(
	const char *name, struct sockaddr_un *ret_address, socklen_t *ret_length)
{
	size_t length = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || length < 2)
		return error_new("NOTIFY_SOCKET='%s' is neither a path nor an abstract name", name);
	if (length >= sizeof(ret_address->sun_path))
		return error_new("NOTIFY_SOCKET='%s' is too long", name);
	*ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(ret_address->sun_path, name, length);
	if (name[0] == '@')
		ret_address->sun_path[0] = '\0'; /* unix(7): such a name begins with a NUL */
	*ret_length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	return NULL;
}

struct error *notify_started(const char *socket_name)
{
	static const char message[] = "READY=1";
	auto_fd int fd = -1;
	struct sockaddr_un address;
	socklen_t length = 0;

	if (!socket_name || socket_name[0] == '\0')
		return NULL;
	TRY(read_address(socket_name, &address, &length));
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, message, strlen(message), MSG_NOSIGNAL,
			      (const struct sockaddr *)&address, length) < 0)
		return error_system(errno, "NOTIFY_SOCKET: cannot tell '%s'", socket_name);
	return NULL;
}
