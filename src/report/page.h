/* A page of help as data. The prompt shows it as text, and the manual pages are made of
 * the same pages. */
#ifndef NABLA_REPORT_PAGE_H
#define NABLA_REPORT_PAGE_H

#include "report/style.h"

typedef enum page_kind {
    PAGE_HEADING,
    PAGE_CODE,    /* lines as they are typed */
    PAGE_WORDS,   /* paragraphs, with an empty line between them */
    PAGE_ENTRY,   /* a label with words behind it */
    PAGE_EXAMPLE, /* what was typed, and what it printed */
} page_kind;

typedef struct page_block {
    page_kind kind;
    const char *label; /* PAGE_ENTRY */
    const char *text;
} page_block;

typedef struct page {
    arena *arena;
    ARRAY(page_block) blocks;
} page;

void page_add(page *p, page_kind kind, const char *text);
void page_add_entry(page *p, const char *label, const char *text);

/* Wrapped to the screen, but never wider than is good to read. */
void report_page_text(text_buffer *t, const style *s, const page *shown);

/* As a part of a manual page, in the mdoc language; headings become subsections. */
void report_page_mdoc(text_buffer *t, const page *shown);

#endif
