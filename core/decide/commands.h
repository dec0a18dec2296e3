/*
 * commands: one function for each command, named in the command table (command.c). Each reads d->line,
 * d->node, d->rows and fills d->out. 0, or < 0 a fault of the rows. What they share is decide_common.h.
 */
#ifndef CORE_DECIDE_COMMANDS_H
#define CORE_DECIDE_COMMANDS_H

struct deed;

int decide_new(struct deed *d);
int decide_note(struct deed *d);
int decide_section(struct deed *d); /* impact, summary, cause, trigger, lesson: by the verb */
int decide_origin(struct deed *d);
int decide_title(struct deed *d);
int decide_item(struct deed *d); /* action, prevent */
int decide_done(struct deed *d);
int decide_drop(struct deed *d);
int decide_reopen_item(struct deed *d);
int decide_assign(struct deed *d);
int decide_due(struct deed *d);
int decide_captain(struct deed *d);
int decide_role(struct deed *d);
int decide_sev(struct deed *d);
int decide_status(struct deed *d);
int decide_mark(struct deed *d);
int decide_update(struct deed *d);
int decide_resolve(struct deed *d);
int decide_postmortem(struct deed *d);
int decide_archive(struct deed *d);
int decide_cancel(struct deed *d);
int decide_reopen(struct deed *d);
int decide_card(struct deed *d);
int decide_show(struct deed *d);
int decide_catchup(struct deed *d);
int decide_list(struct deed *d);
int decide_search(struct deed *d);
int decide_similar(struct deed *d);
int decide_edit(struct deed *d);
int decide_withdraw(struct deed *d);
int decide_undo(struct deed *d);
int decide_redact(struct deed *d);
int decide_capture(struct deed *d);
int decide_new_from(struct deed *d);
int decide_help(struct deed *d);

#endif
