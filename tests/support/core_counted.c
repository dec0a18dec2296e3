/*
 * counted: for `make coverage`, whose counters are written at an exit: at one by _exit() as well, which children of tests end
 * by. The linker puts this in its place (Makefile: COUNTED_LINK).
 */
#ifdef COUNTED
void __gcov_dump(void);
_Noreturn void __real__exit(int code);
_Noreturn void __wrap__exit(int code);

void __wrap__exit(int code)
{
	__gcov_dump();
	__real__exit(code);
}
#endif
