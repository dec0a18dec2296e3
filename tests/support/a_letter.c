#include "tests/support/a_letter.h"

#include "tests/support/reads_now.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct letter a_letter_first(struct a_store *s, struct arena *a, const char *lane)
{
	struct letter l[16];
	int n = store_letters(s->store, a, l, 16);

	assert_true(n >= 0);
	for (int i = 0; i < n; i++)
		if (strcmp(l[i].lane, lane) == 0)
			return l[i];
	return (struct letter){ 0 };
}

struct job *a_letter_result(int64_t letter, enum letter_state state)
{
	struct job *job = job_new(JOB_RESULT);

	job->result.letter = letter;
	job->result.state = state;
	return job;
}

void a_letter_ended(struct a_store *s, struct job *job)
{
	a_store_run(s, job);
	if (job->rc)
		fail_msg("%s", store_problem(s->store));
	job_free(job);
}
