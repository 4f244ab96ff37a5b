# The titles that ruby-feedparser sees in each of the files.
require 'json'
require 'feedparser'

ARGV.each do |name|
  feed = FeedParser::Feed.new(File.read(name))
  puts JSON.generate([name, feed.items.map { |i| i.title.to_s }])
end
