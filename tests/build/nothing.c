/* SPDX-License-Identifier: MIT */
/*
 * A program of nothing: the link fence puts a room's objects beside it, and the linker says whether
 * they need more than the rooms they may use.
 */
int main(void)
{
	return 0;
}
