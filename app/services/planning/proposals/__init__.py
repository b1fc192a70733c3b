"""Proposals (voorstellen): the solver fills a plan beside the plan, to accept whole, per station, or not at all."""
