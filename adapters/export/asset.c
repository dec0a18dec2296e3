#include "adapters/export/export_private.h"

/* The files beside this one, as they are. */
#define ASSET(name, path) \
	__asm__(".section .rodata\n" \
		".global " #name "\n" \
		".hidden " #name "\n" #name ":\n" \
		".incbin \"adapters/export/" path "\"\n" \
		".byte 0\n" \
		".previous\n")
ASSET(asset_page_css, "page.css");
ASSET(asset_search_js, "search.js");
