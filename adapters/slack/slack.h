/*
 * slack: all of Slack that the program is wired from: the one header of this folder that bot/ includes.
 */
#ifndef ADAPTERS_SLACK_SLACK_H
#define ADAPTERS_SLACK_SLACK_H

#include "adapters/slack/examine.h"
#include "adapters/slack/format/permalink.h"
#include "adapters/slack/in/router.h"
#include "adapters/slack/out/courier.h"
#include "adapters/slack/recover/gap.h"
#include "adapters/slack/recover/recover.h"
#include "adapters/slack/scopes.h"
#include "adapters/slack/socket/socket.h"
#include "adapters/slack/web/web.h"
#include "adapters/slack/web/web_newer.h"
#include "adapters/slack/workspace.h"

#endif
