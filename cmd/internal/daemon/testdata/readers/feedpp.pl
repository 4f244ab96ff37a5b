# The titles that XML::FeedPP sees in each of the files.
use strict;
use warnings;
use JSON::PP;
use XML::FeedPP;

for my $name (@ARGV) {
    my $feed = XML::FeedPP->new($name, utf8_flag => 1);
    print encode_json([$name, [map { $_->title // '' } $feed->get_item]]), "\n";
}
